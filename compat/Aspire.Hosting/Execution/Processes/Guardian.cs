using System.Diagnostics;

namespace Aspire.Hosting.Execution.Processes;

/// <summary>
/// A small shell that outlives this process by a moment. It is told of every child, and holds the other end of a pipe:
/// when that ends, because this process is gone in whatever way, it stops the children that are left.
/// </summary>
internal sealed class Guardian : IAsyncDisposable
{
    // Signals are for the AppHost, which decides; the guardian leaves when the pipe ends. Reverse order: the last started depends on the first.
    private const string Script =
        """
        trap '' INT TERM HUP QUIT
        pids=
        while read -r op pid; do
          if [ "$op" = + ]; then pids="$pid $pids"; continue; fi
          left=
          for p in $pids; do [ "$p" = "$pid" ] || left="$left $p"; done
          pids=$left
        done
        for p in $pids; do kill -TERM -$p || kill -TERM $p; done
        n=0
        while [ $n -lt 50 ]; do
          left=
          for p in $pids; do if kill -0 -$p; then left="$left $p"; fi; done
          [ -n "$left" ] || exit 0
          sleep 0.1
          n=$((n+1))
        done
        for p in $left; do kill -KILL -$p; done
        """;

    private readonly Lock _lock = new();
    private Process? _process;

    /// <summary>From now on the process group of this id does not outlive this process.</summary>
    public void Add(int pid) => Tell($"+ {pid}");

    public void Remove(int pid) => Tell($"- {pid}");

    public async ValueTask DisposeAsync()
    {
        Process? process;
        lock (_lock)
            (process, _process) = (_process, null);
        if (process is null)
            return;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Tell(string line)
    {
        lock (_lock)
        {
            _process ??= Start();
            try
            {
                _process.StandardInput.Write(line + "\n");
                _process.StandardInput.Flush();
            }
            catch (IOException)
            {
                // Somebody killed it. The children are still stopped in the usual way.
            }
        }
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", $"{Session.Prefix} /bin/sh -c \"$1\" guardian >/dev/null 2>&1", "sh", Script },
            RedirectStandardInput = true,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        return Process.Start(start) ?? throw new InvalidOperationException("The guardian process could not be started.");
    }
}
