using System.Collections.Frozen;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Packages;

/// <summary>
/// What the extension of a package's file says: its media type, and how long caches may keep it. A file with another extension is refused;
/// docs/packages.md lists them.
/// </summary>
internal static class PackageFileTypes
{
    // In a package every media file is a segment: it is never changed, for the next version lies elsewhere.
    private const string AnySegment = "video/iso.segment";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".m3u8"] = "application/vnd.apple.mpegurl",
        [".mpd"] = "application/dash+xml",
        [".ts"] = "video/mp2t",
        [".m4s"] = "video/iso.segment",
        [".mp4"] = "video/mp4",
        [".m4v"] = "video/mp4",
        [".cmfv"] = "video/mp4",
        [".m4a"] = "audio/mp4",
        [".cmfa"] = "audio/mp4",
        [".cmft"] = "application/mp4",
        [".aac"] = "audio/aac",
        [".ac3"] = "audio/ac3",
        [".ec3"] = "audio/eac3",
        [".vtt"] = "text/vtt",
        [".webvtt"] = "text/vtt",
        [".ttml"] = "application/ttml+xml",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".webp"] = "image/webp",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The extensions, in order.</summary>
    public static IEnumerable<string> Extensions => Types.Keys.Order(StringComparer.Ordinal);

    /// <summary>The media type of a file; null when the extension is none of those.</summary>
    public static string? TypeOf(string path) => Types.GetValueOrDefault(Path.GetExtension(path));

    /// <summary>The Cache-Control to store with a file of this type.</summary>
    public static string CacheControl(string type) => ContentTypes.CacheControl(IsMedia(type) ? AnySegment : type);

    /// <summary>Whether a file says what players load next.</summary>
    public static bool IsPlaylist(string path) => TypeOf(path) is "application/vnd.apple.mpegurl" or "application/dash+xml";

    private static bool IsMedia(string type) =>
        type.StartsWith("video/", StringComparison.Ordinal) || type.StartsWith("audio/", StringComparison.Ordinal) || type is "application/mp4";
}
