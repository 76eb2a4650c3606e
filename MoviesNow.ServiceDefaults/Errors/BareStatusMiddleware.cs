using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>
/// Gives the errors that gRPC raises before any interceptor runs (unknown methods, messages that are malformed or too large) the
/// details that every error has. Such an answer has no body, so its status is still a header that can be changed.
/// </summary>
internal sealed class BareStatusMiddleware(RequestDelegate next)
{
    private const string StatusHeader = "grpc-status";

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        var headers = context.Response.Headers;
        if (!context.Response.HasStarted
            && int.TryParse(headers[StatusHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            && code != (int)StatusCode.OK
            && !headers.ContainsKey(RpcErrors.DetailsTrailer)
            && !MethodPolicies.IsStandard(context.Request.Path))
        {
            // Bytes that are no message are the caller's, whoever finds it out.
            var reason = code == (int)StatusCode.InvalidArgument ? ErrorReason.InvalidFields : ErrorReasons.ReasonOf((StatusCode)code);
            var error = reason is ErrorReason.Internal ? RpcErrors.Defect() : RpcErrors.Of(reason);
            headers[StatusHeader] = ((int)error.StatusCode).ToString(CultureInfo.InvariantCulture);
            headers["grpc-message"] = error.Status.Detail;
            headers[RpcErrors.DetailsTrailer] = Convert.ToBase64String(error.Trailers.GetValueBytes(RpcErrors.DetailsTrailer)!);
        }
    }
}
