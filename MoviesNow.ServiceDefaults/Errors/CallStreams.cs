using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>The call ended on the caller's side in the middle of a stream.</summary>
internal sealed class CallerLeftException(Exception cause) : OperationCanceledException("The caller left.", cause);

/// <summary>
/// A request's stream that tells a caller who left from other failures. The server may notice at the stream first, and cancel the
/// call's token a moment later; or end the call first, and then call further reading invalid.
/// </summary>
internal sealed class RequestReader<T>(IAsyncStreamReader<T> requests, ServerCallContext context) : IAsyncStreamReader<T>
{
    public T Current => requests.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            return await requests.MoveNext(cancellationToken);
        }
        catch (IOException exception)
        {
            throw new CallerLeftException(exception);
        }
        catch (InvalidOperationException exception) when (DeadlineBody.HasEnded(context))
        {
            throw new CallerLeftException(exception);
        }
    }
}

/// <summary>The same for the stream of responses.</summary>
internal sealed class ResponseWriter<T>(IServerStreamWriter<T> responses, ServerCallContext context) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => responses.WriteOptions;
        set => responses.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        try
        {
            await DeadlineBody.WriteAsync(context, responses, message, cancellationToken);
        }
        catch (InvalidOperationException exception) when (DeadlineBody.HasEnded(context))
        {
            throw new CallerLeftException(exception);
        }
    }
}
