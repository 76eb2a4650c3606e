using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>
/// Gives the errors that gRPC raises outside of the interceptors the details that every error has: unknown methods, messages that are
/// malformed, too large or too slow, whose answers have no body, so that the status is still a header that can be changed; and deadlines that
/// pass, which end the response at once (<see cref="DeadlineBody"/>).
/// </summary>
internal sealed class BareStatusMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (MethodPolicies.IsStandard(context.Request.Path))
        {
            await next(context);
            return;
        }

        if (context.Request.Headers.GrpcTimeout.Count > 0)
        {
            var body = new DeadlineBody(context);
            context.Response.RegisterForDispose(body);
            context.Features.Set<IHttpResponseBodyFeature>(body);
        }

        await next(context);
        if (!context.Response.HasStarted)
        {
            BareStatus.Enrich(context.Response.Headers, context.Features.Get<TimedBody>() is { IsTooSlow: true });
        }
    }
}
