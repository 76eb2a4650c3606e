using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using MoviesNow.LocalS3.Errors;

namespace MoviesNow.LocalS3.Http;

/// <summary>What the span of a request says: the operation and S3's error code. Never a key, a bucket or a signature.</summary>
internal static class RequestSpan
{
    public static void Name(HttpContext http, IOperation operation)
    {
        if (Recorded(http) is { } span)
            span.DisplayName = $"S3 {operation.GetType().Name}";
    }

    public static void Fail(HttpContext http, S3Error error)
    {
        var span = Recorded(http);
        span?.SetTag("error.type", error.Code);
        if (error.Status >= StatusCodes.Status500InternalServerError)
            span?.SetStatus(ActivityStatusCode.Error);
    }

    private static Activity? Recorded(HttpContext http) =>
        http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity ? activity : null;
}
