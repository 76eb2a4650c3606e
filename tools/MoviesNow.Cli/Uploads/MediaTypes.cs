using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Uploads;

/// <summary>Media types by the names of files, and what a file of a type is for.</summary>
internal static class MediaTypes
{
    private static readonly Dictionary<string, (UploadPurpose Purpose, string Type)> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".mp4"] = (UploadPurpose.Original, "video/mp4"),
        [".m4v"] = (UploadPurpose.Original, "video/mp4"),
        [".mov"] = (UploadPurpose.Original, "video/quicktime"),
        [".mkv"] = (UploadPurpose.Original, "video/x-matroska"),
        [".webm"] = (UploadPurpose.Original, "video/webm"),
        [".ts"] = (UploadPurpose.Original, "video/mp2t"),
        [".m2ts"] = (UploadPurpose.Original, "video/mp2t"),
        [".mts"] = (UploadPurpose.Original, "video/mp2t"),
        [".mpg"] = (UploadPurpose.Original, "video/mpeg"),
        [".mpeg"] = (UploadPurpose.Original, "video/mpeg"),
        [".avi"] = (UploadPurpose.Original, "video/x-msvideo"),
        [".mxf"] = (UploadPurpose.Original, "application/mxf"),
        [".jpg"] = (UploadPurpose.Artwork, "image/jpeg"),
        [".jpeg"] = (UploadPurpose.Artwork, "image/jpeg"),
        [".png"] = (UploadPurpose.Artwork, "image/png"),
        [".webp"] = (UploadPurpose.Artwork, "image/webp"),
        [".avif"] = (UploadPurpose.Artwork, "image/avif"),
        [".vtt"] = (UploadPurpose.Subtitle, "text/vtt"),
        [".srt"] = (UploadPurpose.Subtitle, "application/x-subrip"),
        [".ttml"] = (UploadPurpose.Subtitle, "application/ttml+xml"),
        [".dfxp"] = (UploadPurpose.Subtitle, "application/ttml+xml"),
    };

    /// <summary>States what the request does not: the media type by the file's name, and the purpose by that.</summary>
    /// <exception cref="CommandException">The name tells nothing.</exception>
    public static void Complete(CreateUploadRequest request)
    {
        var extension = Path.GetExtension(request.FileName);
        var known = ByExtension.TryGetValue(extension, out var found);
        if (request.ContentType.Length == 0)
        {
            request.ContentType = known ? found.Type : throw new CommandException(
                $"What the file contains cannot be told from its name: say it with --content-type. Known endings: {string.Join(' ', ByExtension.Keys)}.");
        }

        if (request.Target.Purpose is UploadPurpose.Unspecified)
        {
            request.Target.Purpose = known ? found.Purpose : throw new CommandException("What the file is for cannot be told from its name: say it with --purpose.");
        }
    }
}
