using System.Buffers;

namespace MoviesNow.Catalog.Playback;

/// <summary>What the URIs of a playlist may begin with.</summary>
internal static class BaseUri
{
    public const int MaxLength = 500;

    // RFC 3986 without what begins a query or fragment, and without what ends a quoted string or a line.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/@!$&'()*+,;=%[]");

    /// <summary>True for an absolute http or https URI of a folder, without credentials, query and fragment.</summary>
    public static bool IsValid(string uri) =>
        uri.Length <= MaxLength
        && uri.EndsWith('/')
        && !uri.AsSpan().ContainsAnyExcept(Characters)
        && Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
        && (parsed.Scheme == Uri.UriSchemeHttps || parsed.Scheme == Uri.UriSchemeHttp)
        && uri.StartsWith($"{parsed.Scheme}://", StringComparison.OrdinalIgnoreCase)
        && parsed.Host.Length > 0
        && parsed.UserInfo.Length == 0;
}
