namespace MoviesNow.Testing;

/// <summary>A server started by the first who asks and stopped, as far as time allows, when the process ends.</summary>
internal sealed class SharedServer<T>(Func<CancellationToken, Task<T>> start) where T : class, IAsyncDisposable
{
    private readonly Lazy<Task<T>> _server = new(async () =>
    {
        var server = await start(CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
        return server;
    });

    public Task<T> GetAsync() => _server.Value;
}
