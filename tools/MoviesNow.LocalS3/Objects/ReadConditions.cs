using System.Globalization;
using MoviesNow.LocalS3.Http;

namespace MoviesNow.LocalS3.Objects;

internal enum ReadVerdict
{
    Proceed,
    NotModified,
    Failed,
}

/// <summary>The conditional headers of a read, or of a copy's source. ETags decide before dates.</summary>
internal sealed record ReadConditions(string? IfMatch, string? IfNoneMatch, DateTimeOffset? IfModifiedSince, DateTimeOffset? IfUnmodifiedSince)
{
    public static ReadConditions FromHeaders(S3Request request, string prefix = "") => new(
        request.Header(prefix + "If-Match"),
        request.Header(prefix + "If-None-Match"),
        Date(request.Header(prefix + "If-Modified-Since")),
        Date(request.Header(prefix + "If-Unmodified-Since")));

    /// <summary>Whether a range may be answered: a client that has other bytes of the object than these needs all of them (RFC 9110, 13.1.5).</summary>
    /// <param name="ifRange">The header <c>If-Range</c>: the strong ETag or the date of what the client has.</param>
    /// <param name="etag">Of the object.</param>
    /// <param name="lastModified">Of the object.</param>
    public static bool AllowsRange(string? ifRange, string etag, DateTimeOffset lastModified) =>
        ifRange is null || ifRange == ETags.Quote(etag) || Date(ifRange) == WholeSeconds(lastModified);

    public ReadVerdict Evaluate(string etag, DateTimeOffset lastModified)
    {
        var modified = WholeSeconds(lastModified);
        if (IfMatch is not null ? !Matches(IfMatch, etag) : IfUnmodifiedSince is { } unmodified && modified > unmodified)
            return ReadVerdict.Failed;
        if (IfNoneMatch is not null ? Matches(IfNoneMatch, etag) : IfModifiedSince is { } since && modified <= since)
            return ReadVerdict.NotModified;
        return ReadVerdict.Proceed;
    }

    // Dates in headers have no more.
    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    private static bool Matches(string header, string etag) =>
        header.Split(',', StringSplitOptions.TrimEntries).Any(one => one == "*" || ETags.Unquote(one) == etag);

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
