using System.Net.Sockets;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Redis;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>Which reason an exception that nobody caught amounts to. Services add the exceptions of their own dependencies.</summary>
public sealed class ErrorMapping
{
    private readonly List<Type> _unavailable = [typeof(SocketException), typeof(TimeoutException)];

    /// <summary>Says that exceptions of this type mean that a dependency does not answer.</summary>
    public ErrorMapping Unavailable<T>() where T : Exception
    {
        _unavailable.Add(typeof(T));
        return this;
    }

    /// <summary>The reason for an exception; <see cref="ErrorReason.Internal"/> when it is a defect.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="callerGaveUp">True when the call's own token is cancelled.</param>
    /// <param name="deadlinePassed">True when the call's deadline is past.</param>
    public ErrorReason ReasonFor(Exception exception, bool callerGaveUp, bool deadlinePassed) => exception switch
    {
        // A driver may report a cancelled command in its own way, so the caller's state is asked first.
        _ when exception is CallerLeftException || (callerGaveUp && IsCancellation(exception)) => deadlinePassed ? ErrorReason.DeadlineExceeded : ErrorReason.Cancelled,
        OperationCanceledException => ErrorReason.DependencyUnavailable,
        PostgresException postgres => ReasonFor(postgres),
        NpgsqlException npgsql when DatabaseOutage.Is(npgsql) => ErrorReason.DependencyUnavailable,
        _ when RedisOutage.Is(exception) => ErrorReason.DependencyUnavailable,
        _ when _unavailable.Exists(type => type.IsInstanceOfType(exception)) => ErrorReason.DependencyUnavailable,
        _ => ErrorReason.Internal,
    };

    private static ErrorReason ReasonFor(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable => ErrorReason.ConflictRetry,
        // No connection (class 08), a server that stops, crashed or starts (57P..), a time-out of the server, a standby, no database yet.
        ['0', '8', ..] or ['5', '7', 'P', ..] or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ReadOnlySqlTransaction
            or PostgresErrorCodes.InvalidCatalogName => ErrorReason.DependencyUnavailable,
        _ => DatabaseOutage.Is(exception) ? ErrorReason.DependencyUnavailable : ErrorReason.Internal,
    };

    private static bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled }
        || exception.InnerException is OperationCanceledException;
}
