using Grpc.Core;

namespace MoviesNow.ServiceDefaults.Clients;

/// <summary>Calls whose requests are a stream.</summary>
public static class ClientStreams
{
    /// <summary>
    /// Sends requests and waits for the answer; when that comes first, a refusal, the rest is not sent. A write on its way must be cancelled
    /// then: .NET's client may leave it waiting for room in a stream that the service has ended, even once the call is disposed of.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="write">Writes the requests, with the token, and does not complete the stream.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RpcException">The call failed: why, rather than which write found out.</exception>
    public static async Task<TResponse> SendAsync<TRequest, TResponse>(
        this AsyncClientStreamingCall<TRequest, TResponse> call,
        Func<IClientStreamWriter<TRequest>, CancellationToken, Task> write,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(write);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAllAsync(call.RequestStream, write, answered.Token);
        if (await Task.WhenAny(writing, call.ResponseAsync) != writing)
        {
            await answered.CancelAsync();
        }

        try
        {
            await writing;
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or HttpIOException
            || (exception is OperationCanceledException && answered.IsCancellationRequested))
        {
            // The call ended early: its answer says why.
            cancellationToken.ThrowIfCancellationRequested();
        }

        return await call.ResponseAsync;
    }

    private static async Task WriteAllAsync<TRequest>(
        IClientStreamWriter<TRequest> requests, Func<IClientStreamWriter<TRequest>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await write(requests, cancellationToken);
        await requests.CompleteAsync();
    }
}
