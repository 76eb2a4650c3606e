namespace MoviesNow.ServiceDefaults.Web;

/// <summary>An origin as browsers send it: scheme, host, and port unless it is the scheme's own (RFC 6454, 6.2).</summary>
internal static class Origin
{
    /// <summary>Whether it is spelled just as a browser would, so that comparing text is comparing origins.</summary>
    public static bool IsExact(string? origin) =>
        Parse(origin) is { } uri && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.Ordinal);

    /// <summary>Whether the page is on this machine. A name that only begins or ends like localhost is not.</summary>
    public static bool IsLoopback(string? origin) => IsExact(origin) && Parse(origin)!.IsLoopback;

    private static Uri? Parse(string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.UserInfo.Length == 0
        && uri.Host.Length > 0
            ? uri
            : null;
}
