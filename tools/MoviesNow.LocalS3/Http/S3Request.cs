using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Signing;

namespace MoviesNow.LocalS3.Http;

/// <summary>An authenticated request, as operations see it.</summary>
internal sealed class S3Request(HttpContext http, S3Target target, PayloadDeclaration payload, string requestId)
{
    public HttpContext Http => http;

    public HttpResponse Response => http.Response;

    public IHeaderDictionary Headers => http.Request.Headers;

    public QueryParameters Query => target.Query;

    public PayloadDeclaration Payload => payload;

    public string RequestId => requestId;

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>The bucket addressed; only operations on buckets and objects may ask.</summary>
    public string BucketName => target.Bucket ?? throw new InvalidOperationException("The operation has no bucket.");

    /// <summary>The key addressed; only operations on objects may ask.</summary>
    public string Key => target.Key ?? throw new InvalidOperationException("The operation has no key.");

    public bool HasKey => target.Key is not null;

    /// <summary>The path as signed, for documents that name the resource.</summary>
    public string Path => target.Path;

    /// <returns>The header's value, or null when absent or empty.</returns>
    public string? Header(string name)
    {
        var value = Headers[name].ToString();
        return value.Length == 0 ? null : value;
    }

    /// <returns>The query parameter as a number within the bounds, or <paramref name="absent"/> when it is not there.</returns>
    /// <exception cref="S3Exception">InvalidArgument: not a number, or out of bounds.</exception>
    public int QueryNumber(string name, int min, int max, int absent)
    {
        var text = Query[name];
        if (string.IsNullOrEmpty(text))
            return absent;
        return int.TryParse(text, out var value) && value >= min && value <= max
            ? value
            : throw S3Errors.InvalidArgument($"{name} must be a number from {min} to {max}.").Throw();
    }
}
