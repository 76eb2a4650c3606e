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

    public ReadVerdict Evaluate(string etag, DateTimeOffset lastModified)
    {
        // Dates in headers have whole seconds.
        var modified = lastModified.AddTicks(-(lastModified.Ticks % TimeSpan.TicksPerSecond));
        if (IfMatch is not null ? !Matches(IfMatch, etag) : IfUnmodifiedSince is { } unmodified && modified > unmodified)
            return ReadVerdict.Failed;
        if (IfNoneMatch is not null ? Matches(IfNoneMatch, etag) : IfModifiedSince is { } since && modified <= since)
            return ReadVerdict.NotModified;
        return ReadVerdict.Proceed;
    }

    private static bool Matches(string header, string etag) =>
        header.Split(',', StringSplitOptions.TrimEntries).Any(one => one == "*" || ETags.Unquote(one) == etag);

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
