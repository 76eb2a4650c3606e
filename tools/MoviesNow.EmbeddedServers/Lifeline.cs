using System.Diagnostics;
using System.Globalization;

namespace MoviesNow.EmbeddedServers;

/// <summary>
/// A command that cannot outlive this process. A shell starts it and reads signal names from its standard input, a pipe
/// that only this process holds: when that ends, for whatever reason, the shell kills the command.
/// </summary>
internal sealed class Lifeline : IDisposable
{
    // The first line printed is the command's process id, by the process that becomes the command: nothing of the
    // command's own can come before it. A background reader rather than a trap: a shell runs traps only between
    // commands, and `wait` must collect the exit code.
    private const string Script = """
        exec 3<&0
        /bin/sh -c 'echo $$; exec "$@"' server "$@" 3<&- </dev/null &
        server=$!
        { while read -r signal; do kill -s "$signal" "$server"; done; kill -s KILL "$server"; } <&3 >/dev/null 2>&1 &
        reader=$!
        exec 3<&-
        wait "$server"
        code=$?
        kill "$reader" 2>/dev/null
        exit "$code"
        """;

    private static readonly TimeSpan LastOutputTimeout = TimeSpan.FromSeconds(1);

    private readonly Process _shell;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _processId = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Lifeline(Process shell, Action<string> output)
    {
        _shell = shell;
        _shell.EnableRaisingEvents = true;
        _shell.Exited += (_, _) => _ended.TrySetResult();
        _shell.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null)
                _processId.TrySetException(new EmbeddedServerException("The shell ended before it started the server."));
            else if (_processId.Task.IsCompleted || !_processId.TrySetResult(int.Parse(e.Data, CultureInfo.InvariantCulture)))
                output(e.Data);
        };
        _shell.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is not null)
                output(e.Data);
        };
    }

    public int ProcessId { get; private set; }

    public bool HasExited => _shell.HasExited;

    public Task Exited { get; private set; } = Task.CompletedTask;

    public static async Task<Lifeline> StartAsync(ServerCommand command, Action<string> output, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Servers are started through a POSIX shell.");
        string[] shell = ["/bin/sh", "-c", Script, "server", command.File, .. command.Arguments];
        // Its own session, so that an interrupt typed at the terminal reaches this process first and not the server.
        string[] line = FindOnPath("setsid") is { } setsid ? [setsid, .. shell] : shell;
        var process = new Process
        {
            StartInfo = CommandRunner.StartInfo(command with { File = line[0], Arguments = line[1..] }),
        };
        var lifeline = new Lifeline(process, output);
        process.Start();
        lifeline.Exited = lifeline.UntilExitedAsync();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            lifeline.ProcessId = await lifeline._processId.Task.WaitAsync(cancellationToken);
            return lifeline;
        }
        catch
        {
            lifeline.Dispose();
            throw;
        }
    }

    /// <summary>Sends a signal, by its name without SIG, unless the server has ended.</summary>
    public void Signal(string name)
    {
        try
        {
            _shell.StandardInput.WriteLine(name);
            _shell.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Nobody reads: it has ended.
        }
    }

    public void Dispose()
    {
        try
        {
            _shell.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // Nobody reads: it has ended.
        }

        _shell.Dispose();
    }

    // The output ends with the last process that holds it, which may be a child that the server leaves behind.
    private async Task UntilExitedAsync()
    {
        await _ended.Task;
        await Task.WhenAny(_shell.WaitForExitAsync(), Task.Delay(LastOutputTimeout));
    }

    internal static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/bin").Append("/bin")
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
}
