using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>The caller broke off in the middle of what it was sending.</summary>
internal sealed class CallerLeftException(IOException cause) : OperationCanceledException("The caller broke off.", cause);

/// <summary>
/// A request's stream that tells a caller who broke off from other I/O that failed. The server notices at the stream first, and
/// cancels the call's token a moment later.
/// </summary>
internal sealed class RequestReader<T>(IAsyncStreamReader<T> requests) : IAsyncStreamReader<T>
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
    }
}
