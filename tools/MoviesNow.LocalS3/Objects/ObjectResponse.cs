using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>The headers that describe an object.</summary>
internal static class ObjectResponse
{
    private const string DefaultContentType = "binary/octet-stream";

    /// <summary>Query parameters by which a signed request chooses headers of the answer, and those headers.</summary>
    private static readonly (string Parameter, string Header)[] Overrides =
    [
        ("response-content-type", "Content-Type"),
        ("response-content-language", "Content-Language"),
        ("response-expires", "Expires"),
        ("response-cache-control", "Cache-Control"),
        ("response-content-disposition", "Content-Disposition"),
        ("response-content-encoding", "Content-Encoding"),
    ];

    /// <summary>What identifies the object; all that a 304 carries.</summary>
    public static void WriteIdentity(HttpResponse response, ObjectRecord record)
    {
        response.Headers.ETag = ETags.Quote(record.ETag);
        response.Headers.LastModified = record.LastModified.ToString("r");
        SetIfAny(response, "Cache-Control", record.Headers.CacheControl);
        SetIfAny(response, "Expires", record.Headers.Expires);
    }

    /// <exception cref="S3Exception">InvalidArgument: an override that no header can carry.</exception>
    public static void Write(S3Request request, ObjectRecord record)
    {
        foreach (var (parameter, _) in Overrides)
            HeaderText.Check(parameter, request.Query[parameter]);
        var response = request.Response;
        WriteIdentity(response, record);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentType = record.Headers.ContentType ?? DefaultContentType;
        SetIfAny(response, "Content-Disposition", record.Headers.ContentDisposition);
        SetIfAny(response, "Content-Encoding", record.Headers.ContentEncoding);
        SetIfAny(response, "Content-Language", record.Headers.ContentLanguage);
        SetIfAny(response, "x-amz-website-redirect-location", record.Headers.WebsiteRedirect);
        foreach (var (name, value) in record.Headers.UserMetadata)
            response.Headers[ObjectHeadersReader.MetadataPrefix + name] = value;
        EncryptionHeaders.Write(response, record.Headers);
        if (record.Tags.Count > 0)
            response.Headers["x-amz-tagging-count"] = $"{record.Tags.Count}";
        foreach (var (parameter, header) in Overrides)
            SetIfAny(response, header, request.Query[parameter]);
    }

    public static void WriteChecksum(HttpResponse response, ObjectChecksum? checksum)
    {
        if (checksum is null)
            return;
        response.Headers[checksum.Algorithm.Header()] = checksum.Value;
        response.Headers["x-amz-checksum-type"] = checksum.Type.Name();
    }

    private static void SetIfAny(HttpResponse response, string header, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            response.Headers[header] = value;
    }
}
