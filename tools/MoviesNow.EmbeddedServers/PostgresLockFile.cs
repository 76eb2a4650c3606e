using System.Globalization;

namespace MoviesNow.EmbeddedServers;

/// <summary>
/// <c>postmaster.pid</c>. A killed server leaves it behind, and PostgreSQL then refuses to start if any process happens to
/// have that id by now. So it is judged by whether that process serves this directory.
/// </summary>
internal static class PostgresLockFile
{
    /// <summary>How long a server that is ending may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for a server that is ending, then removes the file.</summary>
    /// <exception cref="EmbeddedServerException">A server goes on serving the directory.</exception>
    public static async Task ReleaseAsync(string directory, TimeSpan patience, Action<string>? progress, CancellationToken cancellationToken)
    {
        var file = Path.Combine(directory, "postmaster.pid");
        if (!File.Exists(file))
            return;

        var lines = await File.ReadAllLinesAsync(file, cancellationToken);
        if (lines is [var first, ..] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
        {
            var started = TimeProvider.System.GetTimestamp();
            var told = false;
            while (await ServesAsync(processId, directory, cancellationToken))
            {
                if (!told)
                    progress?.Invoke($"PostgreSQL: waiting for process {processId}, which still serves '{directory}'");
                told = true;
                if (TimeProvider.System.GetElapsedTime(started) > patience)
                    throw new EmbeddedServerException($"Process {processId} serves '{directory}': stop it first.");
                await Task.Delay(PollInterval, cancellationToken);
            }
        }

        File.Delete(file);
    }

    private static async Task<bool> ServesAsync(int processId, string directory, CancellationToken cancellationToken)
    {
        try
        {
            var command = OperatingSystem.IsLinux()
                ? await File.ReadAllTextAsync($"/proc/{processId}/cmdline", cancellationToken)
                : await CommandRunner.RunAsync(
                    "ps", ServerCommand.Of("ps", "-o", "command=", "-p", $"{processId}"), input: null, progress: null, cancellationToken);
            return command.Contains("postgres", StringComparison.Ordinal) && command.Contains(directory, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is EmbeddedServerException or IOException)
        {
            return false;
        }
    }
}
