using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Microsoft.Extensions.Options;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Cors;

/// <summary>Answers preflight requests and marks actual ones: by the bucket's rules, else by the configured origins.</summary>
internal sealed class CorsPolicy(IOptions<LocalS3Options> options, BucketStore buckets)
{
    private static readonly string[] Methods = ["GET", "HEAD", "PUT", "POST", "DELETE"];

    /// <summary>What an uploader or player in a page needs to read.</summary>
    private static readonly string[] Exposed =
    [
        "ETag", "Content-Length", "Content-Range", "Content-Type", "Content-Disposition", "Accept-Ranges", "Last-Modified", "x-amz-request-id",
        "x-amz-checksum-crc32", "x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha1", "x-amz-checksum-sha256",
    ];

    private readonly ConditionalWeakTable<BucketRecord, IReadOnlyList<CorsRule>> _parsed = [];
    private readonly IReadOnlyList<CorsRule> _default = options.Value.CorsOrigins.Count == 0
        ? []
        : [new CorsRule([.. options.Value.CorsOrigins], Methods, ["*"], Exposed, MaxAgeSeconds: 3600)];

    /// <summary>Answers <c>OPTIONS</c>, which browsers send unsigned before a request that needs leave.</summary>
    /// <exception cref="S3Exception">BadRequest, AccessForbidden.</exception>
    public void Preflight(HttpContext http, S3Target target)
    {
        var headers = http.Request.Headers;
        var (origin, method) = (headers.Origin.ToString(), headers.AccessControlRequestMethod.ToString());
        if (origin.Length == 0 || method.Length == 0)
            throw new S3Error("BadRequest", 400, "Insufficient information. Origin request header needed.").Throw();
        var rules = RulesOf(target.Bucket);
        if (rules.Count == 0)
            throw S3Errors.AccessForbidden("CORSResponse: CORS is not enabled for this bucket.").Throw();
        var asked = headers.AccessControlRequestHeaders.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var rule = rules.FirstOrDefault(r => r.Allows(origin, method, asked))
            ?? throw S3Errors.AccessForbidden("CORSResponse: This CORS request is not allowed.").Throw();
        Write(http.Response, rule, origin);
        if (asked.Length > 0)
            http.Response.Headers.AccessControlAllowHeaders = string.Join(", ", asked).ToLowerInvariant();
        http.Response.ContentLength = 0;
    }

    /// <summary>Lets the page read the answer of an actual request, also an error.</summary>
    public void Mark(HttpContext http, S3Target target)
    {
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0)
            return;
        if (RulesOf(target.Bucket).FirstOrDefault(r => r.Allows(origin, http.Request.Method, [])) is { } rule)
            Write(http.Response, rule, origin);
    }

    private static void Write(HttpResponse response, CorsRule rule, string origin)
    {
        var any = rule.Origins.Contains("*", StringComparer.Ordinal);
        response.Headers.AccessControlAllowOrigin = any ? "*" : origin;
        response.Headers.AccessControlAllowMethods = string.Join(", ", rule.Methods);
        if (!any)
            response.Headers.AccessControlAllowCredentials = "true";
        if (rule.ExposeHeaders.Count > 0)
            response.Headers.AccessControlExposeHeaders = string.Join(", ", rule.ExposeHeaders);
        if (rule.MaxAgeSeconds is { } maxAge)
            response.Headers.AccessControlMaxAge = $"{maxAge}";
        response.Headers.Vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
    }

    private IReadOnlyList<CorsRule> RulesOf(string? bucketName)
    {
        if (bucketName is null || buckets.Find(bucketName)?.Record is not { Cors: { } document } record)
            return _default;
        return _parsed.GetValue(record, _ => CorsConfiguration.Parse(XElement.Parse(document)));
    }
}
