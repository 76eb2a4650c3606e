using System.Diagnostics;
using System.Text;

namespace Compat.Aspire.Tests;

/// <summary>The sample AppHost as a user runs it: a program of its own, with output to read and signals to send.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private (string Text, TaskCompletionSource Found)? _awaited;

    public AppHostProcess(params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Sample.AppHost.dll");
        // A test run in the background of a shell has Ctrl+C switched off, and its children with it.
        string[] prefix = OperatingSystem.IsLinux() ? ["--default-signal=INT"] : [];
        var start = new ProcessStartInfo("env", [.. prefix, "dotnet", "exec", program, .. args])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        _process = Process.Start(start)!;
        _ = ReadAsync();
    }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_lock)
                return _output.ToString();
        }
    }

    public async Task UntilAsync(string text)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
                return;
            _awaited = (text, found);
        }

        if (await Task.WhenAny(found.Task, _ended.Task).WaitAsync(Applications.Patience) != found.Task)
            throw new InvalidOperationException($"The AppHost ended before it wrote '{text}':\n{Output}");
    }

    public async Task<int> ExitAsync()
    {
        await _ended.Task.WaitAsync(Applications.Patience);
        await _process.WaitForExitAsync().WaitAsync(Applications.Patience);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                _output.AppendLine(line);
                if (_awaited is { } awaited && line.Contains(awaited.Text, StringComparison.Ordinal))
                    awaited.Found.TrySetResult();
            }
        }

        _ended.TrySetResult();
    }
}
