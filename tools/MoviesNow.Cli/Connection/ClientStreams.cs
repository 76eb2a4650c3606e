using Grpc.Core;

namespace MoviesNow.Cli.Connection;

/// <summary>Calls whose requests are a stream.</summary>
internal static class ClientStreams
{
    /// <summary>
    /// Sends requests and waits for the answer; when that comes first, a refusal, the rest is not sent. A write on its way must be cancelled
    /// then: .NET's client may leave it waiting for room in a stream that the service has ended, even once the call is disposed of.
    /// </summary>
    /// <exception cref="RpcException">The call failed: why, rather than which write found out.</exception>
    public static async Task<TResponse> SendAsync<TRequest, TResponse>(
        this AsyncClientStreamingCall<TRequest, TResponse> call,
        Func<IClientStreamWriter<TRequest>, CancellationToken, Task> write,
        CancellationToken cancellationToken)
    {
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
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or HttpIOException or OperationCanceledException)
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
