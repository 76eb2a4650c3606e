using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// Refuses calls over the limit of their method and caller with <see cref="ErrorReason.RateLimited"/>, and says when to come again.
/// A streaming call costs one permit, at its start. The standard services (health, reflection) have no limit,
/// and calls that are refused for want of identity are not counted: the refusal costs no more than a count would, and touches neither
/// Redis nor a database; floods of connections are the business of what stands before the services.
/// </summary>
internal sealed class RateLimitInterceptor(
    RateLimiter limiter,
    MethodLimits limits,
    ApiKeys apiKeys,
    IOptions<RateLimitOptions> options,
    RateLimitMetrics metrics,
    ILogger<RateLimitInterceptor> logger) : Interceptor
{
    private readonly bool _isEnabled = options.Value.Enabled;
    private bool _hasToldOfProxy;

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var admission = AdmitAsync(context);
        return admission.IsCompletedSuccessfully ? continuation(request, context) : WaitAsync(admission, request, context, continuation);

        static async Task<TResponse> WaitAsync(
            Task admission, TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            await admission;
            return await continuation(request, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AdmitAsync(context);
        return await continuation(requestStream, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AdmitAsync(context);
        await continuation(request, responseStream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AdmitAsync(context);
        await continuation(requestStream, responseStream, context);
    }

    /// <summary>Completed at once, and without an allocation, for a call that needs no round trip.</summary>
    private Task AdmitAsync(ServerCallContext context)
    {
        if (!_isEnabled || limits.Find(context.Method) is not { } method)
        {
            return Task.CompletedTask;
        }

        var caller = CallerId.Of(context, apiKeys);
        if (method.For(caller.Kind, caller.Kind is CallerKind.Subject && context.IsService()) is not { } limit)
        {
            return Task.CompletedTask;
        }

        var taking = limiter.TakeAsync(limit, caller);
        if (!taking.IsCompletedSuccessfully)
        {
            return RequireAsync(taking, limit, caller, context);
        }

        Require(taking.Result, limit, caller, context);
        return Task.CompletedTask;
    }

    private async Task RequireAsync(ValueTask<RateDecision> taking, RateLimit limit, CallerId caller, ServerCallContext context) =>
        Require(await taking, limit, caller, context);

    private void Require(RateDecision decision, RateLimit limit, CallerId caller, ServerCallContext context)
    {
        if (decision.IsAdmitted)
        {
            return;
        }

        metrics.Refused(limit.Method);
        if (caller.Kind is CallerKind.Address && !_hasToldOfProxy && context.RequestHeaders.Get("x-forwarded-for") is not null)
        {
            // Where a proxy was forgotten, all who come through it share one limit: an outage that looks like an attack.
            _hasToldOfProxy = true;
            logger.LogWarning("Calls with X-Forwarded-For were counted for the address of their connection, and refused. Is it a proxy that Proxies:TrustedNetworks lacks?");
        }

        throw RpcErrors.Of(ErrorReason.RateLimited, decision.RetryAfter);
    }
}
