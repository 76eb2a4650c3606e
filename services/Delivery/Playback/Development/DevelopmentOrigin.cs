using Microsoft.AspNetCore.Http.Headers;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Playback.Development;

/// <summary>
/// Stands in for the CDN: checks grants by itself and sends objects of the private bucket, whole or one range of one. A CDN would cache;
/// this reads the bucket each time.
/// </summary>
internal sealed class DevelopmentOrigin(SecureLinkCheck check, IObjectStore store)
{
    /// <summary>Answers a request.</summary>
    /// <param name="path">What follows <c>/media/</c>, decoded.</param>
    /// <param name="http">The request.</param>
    public async Task AnswerAsync(string path, HttpContext http)
    {
        var headers = http.Response.Headers;
        (headers["Referrer-Policy"], headers.XContentTypeOptions) = ("no-referrer", "nosniff");
        http.Response.StatusCode = await DecideAsync(path, http);
    }

    private async Task<int> DecideAsync(string path, HttpContext http)
    {
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            return StatusCodes.Status204NoContent;
        }

        var verdict = check.Judge(path, PlaybackViewer.Plain(http.Connection.RemoteIpAddress), out var key);
        if (verdict != StatusCodes.Status200OK)
        {
            return verdict;
        }

        try
        {
            return await store.HeadAsync(key!, http.RequestAborted) is { } found ? await SendAsync(found, http) : StatusCodes.Status404NotFound;
        }
        catch (StorageException)
        {
            return StatusCodes.Status502BadGateway;
        }
    }

    private async Task<int> SendAsync(StoredObject found, HttpContext http)
    {
        var headers = http.Response.Headers;
        (headers.ETag, headers.LastModified, headers.AcceptRanges) = ($"\"{found.ETag}\"", found.LastModified.ToString("R"), "bytes");
        headers.CacheControl = found.CacheControl;
        if (http.Request.Headers.IfNoneMatch == headers.ETag)
        {
            return StatusCodes.Status304NotModified;
        }

        var range = RangeOf(http.Request.GetTypedHeaders(), found.Size);
        if (range is { First: var first } && first >= found.Size)
        {
            headers.ContentRange = $"bytes */{found.Size}";
            return StatusCodes.Status416RangeNotSatisfiable;
        }

        var (begin, end) = range is null ? (0, found.Size - 1) : (range.First, range.Last!.Value);
        http.Response.StatusCode = range is null ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent;
        headers.ContentRange = range is null ? default : $"bytes {begin}-{end}/{found.Size}";
        (http.Response.ContentType, http.Response.ContentLength) = (found.ContentType, end - begin + 1);
        if (HttpMethods.IsGet(http.Request.Method) && await store.OpenReadAsync(found.Key, range, found.ETag, http.RequestAborted) is { } content)
        {
            await using (content)
            {
                await content.CopyToAsync(http.Response.Body, http.RequestAborted);
            }
        }

        return http.Response.StatusCode;
    }

    /// <summary>The one range that is asked for, up to the last byte of the object; null for the whole, as with several.</summary>
    private static ByteRange? RangeOf(RequestHeaders headers, long size)
    {
        if (headers.Range is not { Unit.Value: "bytes", Ranges.Count: 1 } asked)
        {
            return null;
        }

        var range = asked.Ranges.Single();
        return range.From is { } first
            ? new ByteRange(first, Math.Min(range.To ?? size - 1, size - 1))
            : new ByteRange(range.To is 0 ? size : Math.Max(0, size - range.To!.Value), size - 1);
    }
}
