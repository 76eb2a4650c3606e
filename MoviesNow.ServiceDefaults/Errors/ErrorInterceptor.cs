using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>
/// Turns whatever a method throws into a rich, neutral status. Of an exception the log learns type and place, never
/// the message, for messages of drivers may hold keys, SQL or URLs. The measurement of each request learns the status of its call.
/// </summary>
internal sealed class ErrorInterceptor(CallFailures failures, ILogger<ErrorInterceptor> logger) : Interceptor
{
    private static readonly TimeSpan DependencyRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConflictRetryDelay = TimeSpan.FromMilliseconds(50);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            var response = await continuation(request, context);
            CallStatus.Measure(context, context.Status.StatusCode);
            return response;
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
            var response = await continuation(new RequestReader<TRequest>(requestStream, context), context);
            CallStatus.Measure(context, context.Status.StatusCode);
            return response;
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
            await continuation(request, new ResponseWriter<TResponse>(responseStream, context), context);
            CallStatus.Measure(context, context.Status.StatusCode);
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
            await continuation(new RequestReader<TRequest>(requestStream, context), new ResponseWriter<TResponse>(responseStream, context), context);
            CallStatus.Measure(context, context.Status.StatusCode);
        }
        catch (Exception exception)
        {
            throw Translate(exception, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        var error = ErrorOf(exception, context);
        CallStatus.Measure(context, error.StatusCode);
        return error;
    }

    private RpcException ErrorOf(Exception exception, ServerCallContext context)
    {
        if (CallFailures.Told(exception, context) is { } told)
        {
            return told;
        }

        var reason = failures.ReasonFor(exception, context);
        switch (reason)
        {
            case ErrorReason.Internal:
                logger.LogError(
                    "{Method} failed ({CorrelationId}) with {Exception} at {Location}", context.Method, RpcErrors.CorrelationId, Note(exception), exception.StackTrace);
                return RpcErrors.Defect();
            case ErrorReason.DependencyUnavailable:
                logger.LogWarning("{Method} could not reach a dependency: {Exception}", context.Method, Note(exception));
                return RpcErrors.Of(reason, DependencyRetryDelay);
            case ErrorReason.ConflictRetry:
                return RpcErrors.Of(reason, ConflictRetryDelay);
            default:
                return RpcErrors.Of(reason);
        }
    }

    /// <summary>Marks the call's span, and gives the log the same words.</summary>
    private static string Note(Exception exception)
    {
        var summary = ExceptionSummary.Of(exception);
        Activity.Current?.SetTag(SpanRules.Failure, summary);
        return summary;
    }
}
