using System.Diagnostics;

namespace Aspire.Hosting.Execution.Processes;

/// <summary>A process in a session of its own that the guardian knows from before its first instruction.</summary>
internal sealed class ChildProcess
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GroupPoll = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly Guardian _guardian;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, Guardian guardian, Action<string, bool> onLine)
    {
        _process = process;
        _guardian = guardian;
        Id = process.Id;
        Exited = WatchAsync(onLine);
    }

    /// <summary>Also the id of its process group and session.</summary>
    public int Id { get; }

    /// <summary>The exit code, once the process is gone and its output is read; 128 + n when signal n ended it.</summary>
    public Task<int> Exited { get; }

    public static ChildProcess Start(LaunchSpec spec, Guardian guardian, Action<string, bool> onLine)
    {
        // The shell waits for a word from us before it becomes the program. If we die before the guardian knows it, it reads the end of the pipe and leaves.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", $"read -r go || exit 125; {Session.Prefix} \"$@\" </dev/null", "sh", spec.Command },
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in spec.Arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
            start.Environment[name] = value;

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{spec.Command} could not be started.");
        guardian.Add(process.Id);
        var child = new ChildProcess(process, guardian, onLine);
        try
        {
            process.StandardInput.Write("go\n");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already: its exit code tells.
        }

        return child;
    }

    /// <summary>SIGTERM to the process, then to what is left of its group; SIGKILL to all when the time is over or when told to hurry.</summary>
    public async Task StopAsync(TimeSpan grace, CancellationToken hurry)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        deadline.CancelAfter(grace);
        try
        {
            if (!_gone.Task.IsCompleted)
                Posix.Terminate(Id);
            // Its output may go on for as long as something that it started writes to it: that is stopped next.
            await _gone.Task.WaitAsync(deadline.Token);
            if (Posix.GroupExists(Id))
                Posix.TerminateGroup(Id);
            while (Posix.GroupExists(Id))
                await Task.Delay(GroupPoll, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Posix.KillGroup(Id);
        }

        await Exited;
        _guardian.Remove(Id);
    }

    private async Task<int> WatchAsync(Action<string, bool> onLine)
    {
        using var abandon = new CancellationTokenSource();
        var output = Task.WhenAll(
            OutputReader.ReadAsync(_process.StandardOutput, line => onLine(line, false), abandon.Token),
            OutputReader.ReadAsync(_process.StandardError, line => onLine(line, true), abandon.Token));
        await _process.WaitForExitAsync(CancellationToken.None);
        var code = _process.ExitCode;
        _gone.SetResult();

        // A descendant may keep the pipes open for as long as it lives.
        abandon.CancelAfter(DrainTimeout);
        await output;
        _process.Dispose();
        return code;
    }
}
