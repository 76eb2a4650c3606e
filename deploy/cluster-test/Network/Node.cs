using MoviesNow.EmbeddedServers;
using MoviesNow.Testing;

namespace MoviesNow.ClusterTest.Network;

/// <summary>A server on a machine of its own.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan MaxStart = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan MaxStop = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ServerProcess _process;

    private Node(Machine machine, ServerProcess process) => (Machine, _process) = (machine, process);

    public Machine Machine { get; }

    public string Name => Machine.Name;

    public string Address => Machine.Address;

    /// <summary>Whether its process runs.</summary>
    public bool IsRunning => _process.IsRunning;

    /// <summary>The last lines that it wrote.</summary>
    public string Output => _process.Output;

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<Node> StartAsync(Machine machine, ServerCommand command, ReadinessProbe probe) =>
        new(machine, await ServerProcess.StartAsync(machine.Name, machine.Run(command), probe, progress: null, MaxStart));

    /// <summary>Starts it again, as it was, and waits until it answers.</summary>
    public Task StartAgainAsync() => _process.StartAsync();

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGTERM, and waits until it has ended by itself.</summary>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public async Task TerminateAsync()
    {
        await SignalAsync("TERM");
        using var limit = new CancellationTokenSource(MaxStop);
        while (_process.IsRunning)
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"{Name} did not end within {MaxStop.TotalSeconds:0} s of SIGTERM.");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>SIGSTOP: it runs no more, and its connections stay.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task WakeAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await _process.KillAsync();
        await _process.DisposeAsync();
    }

    private Task<(string Output, string Errors)> SignalAsync(string signal) =>
        _process.ProcessId is { } id ? Tool.RunAsync("kill", "/", $"-{signal}", $"{id}") : throw new InvalidOperationException($"{Name} does not run.");
}
