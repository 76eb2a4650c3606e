using MoviesNow.Testing;
using StackExchange.Redis;

namespace Compat.Redis.Tests;

/// <summary>Alone, because it counts what the whole process holds.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(nameof(AloneInTheProcess))]
public sealed class LeakTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    [Fact]
    public async Task ConnectAndDispose_ManyTimes_LeavesNoSocketsAndThreads()
    {
        await ConnectUseDisposeAsync();
        var sockets = Sockets();
        var threads = DedicatedThreads();

        for (var i = 0; i < 30; i++)
            await ConnectUseDisposeAsync();

        await UntilAsync(() => Sockets() <= sockets);
        await UntilAsync(() => DedicatedThreads() <= threads);
    }

    [Fact]
    public async Task ConnectionRefused_ManyTimes_LeavesNoSockets()
    {
        var options = new ConfigurationOptions { EndPoints = { { "127.0.0.1", 9 } }, AbortOnConnectFail = false, ConnectTimeout = 200, ConnectRetry = 1 };
        var sockets = Sockets();

        for (var i = 0; i < 10; i++)
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        }

        await UntilAsync(() => Sockets() <= sockets);
    }

    private async Task ConnectUseDisposeAsync()
    {
        var options = ConfigurationOptions.Parse(garnet.ConnectionString);
        using var manager = new SocketManager("leak-test", workerCount: 5);
        options.SocketManager = manager;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await connection.GetDatabase().StringSetAsync("leak", new byte[100_000]);
        await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal("leak"), static (_, _) => { });
    }

    private static int Sockets() => Directory.EnumerateFiles("/proc/self/fd")
        .Count(static file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    // The kernel keeps the first fifteen characters of a thread's name.
    private static int DedicatedThreads() => Directory.EnumerateDirectories("/proc/self/task").Count(static thread =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("leak-test", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
            await Task.Delay(20, timeout.Token);
    }
}
