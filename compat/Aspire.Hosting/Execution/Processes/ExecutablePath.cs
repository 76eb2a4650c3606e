namespace Aspire.Hosting.Execution.Processes;

internal static class ExecutablePath
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Where a command is, looked for as a shell would: a path is relative to the working directory, a name is in PATH.</summary>
    public static string? Find(string command, string? workingDirectory = null, string? path = null)
    {
        if (command.Contains('/', StringComparison.Ordinal))
        {
            var full = Path.GetFullPath(command, workingDirectory ?? Directory.GetCurrentDirectory());
            return IsExecutable(full) ? full : null;
        }

        return (path ?? Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, command))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file) =>
        File.Exists(file) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & AnyExecute) != UnixFileMode.None;
}
