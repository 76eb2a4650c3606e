using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>What a call answers that ended with an exception.</summary>
internal sealed class CallFailures(ErrorMapping mapping, TimeProvider time)
{
    /// <summary>The error that goes out as it is; null when the exception only has a reason.</summary>
    public static RpcException? Told(Exception exception, ServerCallContext context) =>
        // The standard services' own statuses are part of their protocols.
        exception is RpcException told && (RpcErrors.InfoOf(told) is not null || MethodPolicies.IsStandard(context.Method)) ? told : null;

    /// <summary>The reason for an exception that does not go out as it is.</summary>
    public ErrorReason ReasonFor(Exception exception, ServerCallContext context) => exception is RpcException raised
        ? ErrorReasons.ReasonOf(raised.StatusCode, raised.Status.Detail)
        : mapping.ReasonFor(exception, context.CancellationToken.IsCancellationRequested, context.Deadline <= time.GetUtcNow().UtcDateTime);

    /// <summary>The canonical code that the caller gets.</summary>
    public StatusCode CodeFor(Exception exception, ServerCallContext context) =>
        Told(exception, context)?.StatusCode ?? ErrorReasons.CodeOf(ReasonFor(exception, context));
}
