using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MoviesNow.EndToEnd.Tests;

/// <summary>The AppHost as a user starts it: a process of its own, with its output.</summary>
internal sealed class AppHostProcess : IDisposable
{
    // For what hangs: beside other tests on two cores a start with its demo has taken more than two minutes.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    /// <summary>The same for the AppHost itself, which ends a little earlier and says what is missing.</summary>
    public static string StartupSeconds { get; } = (Limit - TimeSpan.FromSeconds(30)).TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppHostProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    /// <summary>The processes that it has started: the orchestrator, which watches over it, and everything below the two.</summary>
    public IReadOnlyList<int> Children => ProcessTree.Below(_process.Id);

    public static AppHostProcess Start(params string[] arguments)
    {
        var assembly = typeof(Projects.MoviesNow_AppHost).Assembly.Location;
        // Whoever started the tests in the background made them, and so the AppHost, ignore SIGINT.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", "exec", assembly, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Projects.MoviesNow_AppHost.ProjectPath,
            // The site is built from npm: tests that want one name it.
            Environment = { ["DOTNET_ENVIRONMENT"] = "Development", ["Site"] = "none", ["Startup__TimeoutSeconds"] = StartupSeconds },
        };
        return new AppHostProcess(Process.Start(start)!);
    }

    /// <summary>The line that says that everything is ready.</summary>
    public async Task<string> ReadyAsync()
    {
        var limit = Task.Delay(Limit);
        var first = await Task.WhenAny(_ready.Task, _process.WaitForExitAsync(), limit);
        return first == _ready.Task ? await _ready.Task
            : throw new InvalidOperationException($"The AppHost {(first == limit ? "is not ready" : $"ended with {_process.ExitCode}")}:\n{Output}");
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        return await ExitAsync();
    }

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"The AppHost did not end (it {(_process.HasExited ? "has exited, its output has not" : "runs")}):\n{Output}", exception);
        }
    }

    /// <summary>Waits until none of these processes is left.</summary>
    public static async Task GoneAsync(IReadOnlyList<int> processes)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (processes.Any(ProcessTree.IsRunning))
        {
            await Task.Delay(50, limit.Token);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (line.StartsWith("MoviesNow is ready", StringComparison.Ordinal))
        {
            _ready.TrySetResult(line);
        }
    }
}
