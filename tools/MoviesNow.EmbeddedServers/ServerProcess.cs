using System.Diagnostics;

namespace MoviesNow.EmbeddedServers;

/// <summary>
/// A server that belongs to this process: it is started, awaited until it answers, stopped, killed and restarted, and it
/// ends with this process even if that is killed. Linux and macOS.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly ServerCommand _command;
    private readonly ReadinessProbe _probe;
    private readonly Action<string>? _progress;
    private readonly TimeSpan _timeout;
    private readonly OutputTail _output = new();
    private Lifeline? _running;

    private ServerProcess(string name, ServerCommand command, ReadinessProbe probe, Action<string>? progress, TimeSpan timeout) =>
        (_name, _command, _probe, _progress, _timeout) = (name, command, probe, progress, timeout);

    /// <summary>The server's process id while it runs, else null.</summary>
    public int? ProcessId => IsRunning ? _running?.ProcessId : null;

    /// <summary>Whether the server's process runs.</summary>
    public bool IsRunning => _running is { HasExited: false };

    /// <summary>The last lines that the server printed.</summary>
    public string Output => _output.ToString();

    /// <summary>Starts a server and returns when it answers.</summary>
    /// <param name="name">Names it in messages.</param>
    /// <param name="command">How to run it.</param>
    /// <param name="probe">How to know that it answers.</param>
    /// <param name="progress">Told of each step, and every two seconds of a wait.</param>
    /// <param name="timeout">How long it may take to answer; 60 seconds by default.</param>
    /// <param name="cancellationToken">Ends the wait and the server.</param>
    /// <exception cref="EmbeddedServerException">It ended early or did not answer in time; the message has its last lines.</exception>
    public static async Task<ServerProcess> StartAsync(
        string name,
        ServerCommand command,
        ReadinessProbe probe,
        Action<string>? progress = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(probe);
        var server = new ServerProcess(name, command, probe, progress, timeout ?? TimeSpan.FromSeconds(60));
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts the server again, with the same command and so on the same port; does nothing if it runs.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
            return;
        _progress?.Invoke($"{_name}: starting");
        var started = Stopwatch.GetTimestamp();
        _running?.Dispose();
        _output.Clear();
        try
        {
            _running = await Lifeline.StartAsync(_command, _output.Add, cancellationToken);
            await UntilReadyAsync(_running, started, cancellationToken);
        }
        catch
        {
            await KillAsync();
            throw;
        }

        _progress?.Invoke($"{_name}: ready after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    /// <summary>Asks the server to end, and kills it after ten seconds.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_running is not { HasExited: false } running)
            return;
        running.Signal(_command.StopSignal);
        try
        {
            await running.Exited.WaitAsync(StopTimeout, cancellationToken);
            _progress?.Invoke($"{_name}: stopped");
        }
        catch (TimeoutException)
        {
            _progress?.Invoke($"{_name}: did not stop within {StopTimeout.TotalSeconds} s and is killed");
            await KillAsync();
        }
    }

    /// <summary>Kills the server's process, as a power cut would, and returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (_running is not { } running)
            return;
        running.Signal("KILL");
        await running.Exited;
    }

    /// <summary>Stops and starts the server on the same port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken);
        await StartAsync(cancellationToken);
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _running?.Dispose();
    }

    private async Task UntilReadyAsync(Lifeline running, long started, CancellationToken cancellationToken)
    {
        var lastReport = started;
        while (!await _probe(cancellationToken))
        {
            if (running.HasExited)
            {
                await running.Exited;
                throw new EmbeddedServerException($"{_name} ended instead of starting: {CommandRunner.LastLines(Output)}");
            }

            if (Stopwatch.GetElapsedTime(started) > _timeout)
                throw new EmbeddedServerException($"{_name} did not answer within {_timeout.TotalSeconds:0} s: {CommandRunner.LastLines(Output)}");
            if (Stopwatch.GetElapsedTime(lastReport) > ProgressInterval)
            {
                lastReport = Stopwatch.GetTimestamp();
                _progress?.Invoke($"{_name}: still starting ({Stopwatch.GetElapsedTime(started).TotalSeconds:0} s)");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        // What answered may be another server on that port while ours is about to give up.
        if (running.HasExited)
        {
            await running.Exited;
            throw new EmbeddedServerException($"{_name} ended although its port answers, so something else listens there: {CommandRunner.LastLines(Output)}");
        }
    }
}
