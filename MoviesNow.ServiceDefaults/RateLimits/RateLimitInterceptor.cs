using System.Threading.RateLimiting;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// Refuses calls over the limit of their method and caller with <see cref="ErrorReason.RateLimited"/> and the time to come again.
/// A streaming call costs one permit, at its start. Health and reflection have no limit. Calls without the right identity are refused
/// before they are counted, which costs neither Redis nor a database anything.
/// </summary>
internal sealed class RateLimitInterceptor(
    PartitionedRateLimiter<LimitedCaller> limiter,
    MethodLimits limits,
    ApiKeys apiKeys,
    IOptions<RateLimitOptions> options,
    Refusals refusals) : Interceptor
{
    private readonly bool _isEnabled = options.Value.Enabled;

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        // A call that needs no round trip to Redis needs no state machine of its own either: most calls are such.
        var admission = AdmitAsync(context);
        return admission.IsCompletedSuccessfully ? continuation(request, context) : WaitAsync(admission, request, context, continuation);

        static async Task<TResponse> WaitAsync(
            ValueTask admission, TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
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

    private async ValueTask AdmitAsync(ServerCallContext context)
    {
        if (!_isEnabled || limits.Find(context.Method) is not { } method)
        {
            return;
        }

        var caller = CallerId.Of(context, apiKeys);
        if (method.For(caller.Kind, caller.Kind is CallerKind.Subject && context.IsService()) is not { } limit)
        {
            return;
        }

        var limited = new LimitedCaller(limit, caller);
        using var lease = await limiter.AcquireAsync(limited, 1, context.CancellationToken);
        if (!lease.IsAcquired)
        {
            throw RpcErrors.Of(ErrorReason.RateLimited, refusals.Tell(lease, limited, context.GetHttpContext()));
        }
    }
}
