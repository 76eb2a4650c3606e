using Microsoft.Extensions.Options;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Lifecycle;

/// <summary>Tells a client when a lifecycle rule will delete its object.</summary>
internal static class ExpirationHeader
{
    public static void Write(HttpResponse response, Bucket bucket, ObjectRecord record)
    {
        var rules = LifecycleConfiguration.Of(bucket.Record);
        if (rules.Count == 0)
            return;
        var day = response.HttpContext.RequestServices.GetRequiredService<IOptions<LocalS3Options>>().Value.LifecycleDay;
        var first = rules
            .Where(rule => rule.Enabled && rule.Filter.Matches(record))
            .Select(rule => (rule.Id, Expiry: rule.ExpiryOf(record.LastModified, day)))
            .Where(due => due.Expiry is not null)
            .OrderBy(due => due.Expiry)
            .FirstOrDefault();
        if (first.Expiry is { } expiry)
            response.Headers["x-amz-expiration"] = $"expiry-date=\"{expiry:r}\", rule-id=\"{UriCodec.Encode(first.Id, keepSlash: false)}\"";
    }
}
