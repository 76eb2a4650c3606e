using System.Globalization;
using MoviesNow.EmbeddedServers;

// A process for tests to start and to kill. It prints one line and waits for its end.
switch (args)
{
    case ["lock", var file]:
        using (await ProcessLock.AcquireAsync(file, "test", progress: null, CancellationToken.None))
        {
            Console.WriteLine("locked");
            await Task.Delay(Timeout.InfiniteTimeSpan);
        }

        return;
    default:
        var sleep = ServerCommand.Of("/bin/sleep", "600");
        await using (var server = await ServerProcess.StartAsync("sleep", sleep, static _ => Task.FromResult(true)))
        {
            Console.WriteLine(server.ProcessId!.Value.ToString(CultureInfo.InvariantCulture));
            await Task.Delay(Timeout.InfiniteTimeSpan);
        }

        return;
}
