using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Clients;

/// <summary>
/// What a service's caller may learn of the failure of a service behind it: a reason about the request itself is passed on;
/// anything about the services' own dealings (identity, availability, defects) is not the caller's business.
/// </summary>
internal sealed class DependencyErrorInterceptor(ILogger<DependencyErrorInterceptor> logger) : Interceptor
{
    private static readonly string NotAvailable = ErrorReasons.NameOf(ErrorReason.NotAvailable);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(
            TranslateAsync(call.ResponseAsync, context.Method.FullName, context.Options.CancellationToken), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private async Task<TResponse> TranslateAsync<TResponse>(Task<TResponse> response, string method, CancellationToken caller)
    {
        try
        {
            return await response;
        }
        catch (RpcException exception)
        {
            throw Translate(exception, method, caller);
        }
    }

    private Exception Translate(RpcException exception, string method, CancellationToken caller) => exception.StatusCode switch
    {
        _ when caller.IsCancellationRequested => new OperationCanceledException(caller),
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled => RpcErrors.Of(ErrorReason.DependencyUnavailable, RetryDelay),
        StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.InvalidArgument or StatusCode.Aborted
            or StatusCode.ResourceExhausted when RpcErrors.InfoOf(exception) is not null => RpcErrors.Relay(exception),
        // Other refusals are about this service's own identity.
        StatusCode.PermissionDenied when string.Equals(RpcErrors.InfoOf(exception)?.Reason, NotAvailable, StringComparison.Ordinal) => RpcErrors.Relay(exception),
        _ => Defect(exception, method),
    };

    private InvalidOperationException Defect(RpcException exception, string method)
    {
        logger.LogError("{Method} answered {Status} {Reason}", method, exception.StatusCode, RpcErrors.InfoOf(exception)?.Reason);
        return new InvalidOperationException($"A service behind this one answered {exception.StatusCode}.");
    }
}
