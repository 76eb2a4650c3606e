using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using MoviesNow.Common.V1;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>
/// Turns whatever a method throws into a rich, neutral status. Provider text reaches the log only as the exception's type,
/// for messages of drivers may hold keys, SQL or URLs.
/// </summary>
internal sealed class ErrorInterceptor(ErrorMapping mapping, TimeProvider time, ILogger<ErrorInterceptor> logger) : Interceptor
{
    private static readonly TimeSpan DependencyRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConflictRetryDelay = TimeSpan.FromMilliseconds(50);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception)
        {
            throw Translate(exception, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        if (exception is RpcException rpc)
        {
            return RpcErrors.InfoOf(rpc) is not null ? rpc : RpcErrors.Of(ReasonOf(rpc.StatusCode));
        }

        var deadlinePassed = context.Deadline <= time.GetUtcNow().UtcDateTime;
        var reason = mapping.ReasonFor(exception, context.CancellationToken.IsCancellationRequested, deadlinePassed);
        switch (reason)
        {
            case ErrorReason.Internal:
                logger.LogError("{Method} failed with {ExceptionType} at {Location}", context.Method, exception.GetType().FullName, exception.StackTrace);
                return RpcErrors.Of(reason, retryAfter: null, ("correlation_id", Activity.Current?.TraceId.ToHexString() ?? ""));
            case ErrorReason.DependencyUnavailable:
                logger.LogWarning("{Method} could not reach a dependency: {ExceptionType}", context.Method, exception.GetType().FullName);
                return RpcErrors.Of(reason, DependencyRetryDelay);
            case ErrorReason.ConflictRetry:
                return RpcErrors.Of(reason, ConflictRetryDelay);
            default:
                return RpcErrors.Of(reason);
        }
    }

    /// <summary>Statuses that gRPC itself raised carry no reason yet.</summary>
    private static ErrorReason ReasonOf(StatusCode code) => code switch
    {
        StatusCode.Unimplemented => ErrorReason.Unimplemented,
        StatusCode.Cancelled => ErrorReason.Cancelled,
        StatusCode.DeadlineExceeded => ErrorReason.DeadlineExceeded,
        StatusCode.Unavailable => ErrorReason.DependencyUnavailable,
        StatusCode.ResourceExhausted => ErrorReason.Overloaded,
        _ => ErrorReason.Internal,
    };
}
