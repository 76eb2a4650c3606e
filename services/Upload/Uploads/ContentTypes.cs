using System.Collections.Frozen;
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

    private static readonly FrozenDictionary<UploadPurpose, FrozenSet<string>> Allowed = new Dictionary<UploadPurpose, FrozenSet<string>>
    {
        [UploadPurpose.Original] = Set(
            "video/mp4", "video/quicktime", "video/x-matroska", "video/webm", "video/mp2t", "video/mpeg", "video/x-msvideo", "application/mxf"),
        [UploadPurpose.Artwork] = Set("image/jpeg", "image/png", "image/webp", "image/avif"),
        [UploadPurpose.Subtitle] = Set("text/vtt", "application/x-subrip", "application/ttml+xml"),
        [UploadPurpose.Bundle] = Set(Zip),
        [UploadPurpose.BundleManifest] = Set("application/json"),
    }.ToFrozenDictionary();

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

    /// <summary>The types that suit a purpose, in the one spelling that is accepted.</summary>
    public static IEnumerable<string> For(UploadPurpose purpose) => Allowed.TryGetValue(purpose, out var types) ? types.Order(StringComparer.Ordinal) : [];

    /// <summary>Whether a type suits a purpose. Parameters such as a charset are refused: what is signed is what is stored.</summary>
    public static bool Suits(UploadPurpose purpose, string contentType) => Allowed.TryGetValue(purpose, out var types) && types.Contains(contentType);

    /// <summary>
    /// The Cache-Control to store with an object: playlists 30 s, segments a week and immutable, subtitles a day, images a month, else an hour.
    /// </summary>
    public static string CacheControl(string contentType) =>
        CacheControls.TryGetValue(contentType, out var value) ? value
        : contentType.StartsWith("image/", StringComparison.Ordinal) ? Image
        : Other;

    private static FrozenSet<string> Set(params string[] types) => types.ToFrozenSet(StringComparer.Ordinal);
}
