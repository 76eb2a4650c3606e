namespace MoviesNow.LocalS3.Cors;

/// <summary>Who may call a bucket from a browser, and how.</summary>
/// <param name="Origins">Each may hold one <c>*</c>.</param>
/// <param name="Methods">GET, PUT, POST, DELETE or HEAD.</param>
/// <param name="Headers">Request headers that are allowed; each may hold one <c>*</c>.</param>
/// <param name="ExposeHeaders">Response headers that scripts may read.</param>
/// <param name="MaxAgeSeconds">How long a browser may remember the answer.</param>
internal sealed record CorsRule(
    IReadOnlyList<string> Origins, IReadOnlyList<string> Methods, IReadOnlyList<string> Headers, IReadOnlyList<string> ExposeHeaders, int? MaxAgeSeconds)
{
    public bool Allows(string origin, string method, IEnumerable<string> requestHeaders) =>
        Origins.Any(pattern => Matches(pattern, origin, StringComparison.Ordinal))
        && Methods.Contains(method, StringComparer.Ordinal)
        && requestHeaders.All(header => Headers.Any(pattern => Matches(pattern, header, StringComparison.OrdinalIgnoreCase)));

    private static bool Matches(string pattern, string text, StringComparison comparison)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
            return pattern.Equals(text, comparison);
        var (before, after) = (pattern[..star], pattern[(star + 1)..]);
        return text.Length >= before.Length + after.Length && text.StartsWith(before, comparison) && text.EndsWith(after, comparison);
    }
}
