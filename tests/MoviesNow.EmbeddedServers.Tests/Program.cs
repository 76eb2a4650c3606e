using System.Globalization;
using MoviesNow.EmbeddedServers;

// Starts a server that runs for ten minutes, prints its process id and waits to be killed.
var sleep = ServerCommand.Of("/bin/sleep", "600");
await using var server = await ServerProcess.StartAsync("sleep", sleep, static _ => Task.FromResult(true));
Console.WriteLine(server.ProcessId!.Value.ToString(CultureInfo.InvariantCulture));
await Task.Delay(Timeout.InfiniteTimeSpan);
