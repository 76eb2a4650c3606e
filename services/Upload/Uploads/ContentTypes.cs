using System.Buffers;
using System.Collections.Frozen;
using System.Net.Http.Headers;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>Media types: which suit a purpose, and how long caches may keep them.</summary>
internal static class ContentTypes
{
    public const string Zip = "application/zip";

    private const string Playlist = "public, max-age=30";
    private const string Segment = "public, max-age=604800, immutable";
    private const string Subtitle = "public, max-age=86400";
    private const string Image = "public, max-age=2592000";
    private const string Other = "public, max-age=3600";
    private const int MaxCodecs = 200;

    // RFC 6381, section 3.4, without percent-encoding.
    private static readonly SearchValues<char> CodecsCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-_+ ");

    // Registered types, and those that are in use everywhere though they are not.
    private static readonly FrozenDictionary<UploadPurpose, FrozenSet<string>> Allowed = new Dictionary<UploadPurpose, FrozenSet<string>>
    {
        [UploadPurpose.Original] = Set(
            "video/mp4", "video/quicktime", "video/matroska", "video/x-matroska", "video/webm", "video/mp2t", "video/mpeg", "video/ogg",
            "video/3gpp", "video/3gpp2", "video/vnd.avi", "video/x-msvideo", "application/mxf"),
        [UploadPurpose.Artwork] = Set("image/jpeg", "image/png", "image/webp", "image/avif"),
        [UploadPurpose.Subtitle] = Set("text/vtt", "application/x-subrip", "application/ttml+xml"),
        [UploadPurpose.Bundle] = Set(Zip),
        [UploadPurpose.BundleManifest] = Set("application/json"),
    }.ToFrozenDictionary();

    // The first is the usual one.
    private static readonly FrozenDictionary<string, string[]> PictureEndings = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["image/jpeg"] = [".jpg", ".jpeg"],
        ["image/png"] = [".png"],
        ["image/webp"] = [".webp"],
        ["image/avif"] = [".avif"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> CacheControls = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["application/vnd.apple.mpegurl"] = Playlist,
        ["application/x-mpegurl"] = Playlist,
        ["audio/mpegurl"] = Playlist,
        ["application/dash+xml"] = Playlist,
        ["video/mp2t"] = Segment,
        ["video/iso.segment"] = Segment,
        ["audio/iso.segment"] = Segment,
        ["text/vtt"] = Subtitle,
        ["application/x-subrip"] = Subtitle,
        ["application/ttml+xml"] = Subtitle,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The types that suit a purpose, in lower case and without parameters.</summary>
    public static IEnumerable<string> For(UploadPurpose purpose) => Allowed.TryGetValue(purpose, out var types) ? types.Order(StringComparer.Ordinal) : [];

    /// <summary>
    /// The canonical spelling of a media type that suits a purpose: in lower case, with <c>charset=utf-8</c> of texts and <c>codecs</c> of
    /// videos as the only parameters. It is what is signed and stored.
    /// </summary>
    /// <returns>Null when it does not suit, or has another parameter.</returns>
    public static string? Canonical(UploadPurpose purpose, string contentType)
    {
        if (contentType.AsSpan().ContainsAnyExceptInRange(' ', '~') || !MediaTypeHeaderValue.TryParse(contentType, out var parsed))
        {
            return null;
        }

        var essence = parsed.MediaType!.ToLowerInvariant();
        if (!Allowed.TryGetValue(purpose, out var types) || !types.Contains(essence))
        {
            return null;
        }

        return parsed.Parameters.ToList() switch
        {
            [] => essence,
            [{ Value: not null } parameter] when Canonical(purpose, parameter) is { } kept => $"{essence}; {kept}",
            _ => null,
        };
    }

    /// <summary>What the name of a picture lacks to end as its type does; empty when it does.</summary>
    /// <param name="fileName">The name.</param>
    /// <param name="contentType">A canonical type of ARTWORK.</param>
    public static string MissingEnding(string fileName, string contentType)
    {
        var endings = PictureEndings[contentType];
        return endings.Any(ending => fileName.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? "" : endings[0];
    }

    /// <summary>A media type without its parameters.</summary>
    public static string Essence(string contentType) => contentType.Split(';')[0].TrimEnd();

    /// <summary>
    /// The Cache-Control to store with an object: playlists 30 s, segments a week and immutable, subtitles a day, images a month, else an hour.
    /// </summary>
    public static string CacheControl(string contentType) =>
        CacheControls.TryGetValue(Essence(contentType), out var value) ? value
        : contentType.StartsWith("image/", StringComparison.Ordinal) ? Image
        : Other;

    private static string? Canonical(UploadPurpose purpose, NameValueHeaderValue parameter)
    {
        var value = parameter.Value!.Trim('"');
        return (purpose, parameter.Name.ToLowerInvariant()) switch
        {
            (UploadPurpose.Subtitle, "charset") when value.Equals("utf-8", StringComparison.OrdinalIgnoreCase) => "charset=utf-8",
            (UploadPurpose.Original, "codecs") when IsCodecs(value) => $"codecs=\"{value}\"",
            _ => null,
        };
    }

    private static bool IsCodecs(string value) =>
        value.Length is > 0 and <= MaxCodecs && !value.AsSpan().ContainsAnyExcept(CodecsCharacters);

    private static FrozenSet<string> Set(params string[] types) => types.ToFrozenSet(StringComparer.Ordinal);
}
