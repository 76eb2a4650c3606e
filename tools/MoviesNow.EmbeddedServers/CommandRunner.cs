using System.Diagnostics;
using System.Text;

namespace MoviesNow.EmbeddedServers;

/// <summary>Runs helper programs to their end.</summary>
internal static class CommandRunner
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    /// <summary>Runs a program and returns all that it printed; reports every two seconds that it still runs.</summary>
    /// <exception cref="EmbeddedServerException">It is missing or failed.</exception>
    public static async Task<string> RunAsync(
        string what, ServerCommand command, string? input, Action<string>? progress, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo(command) };
        var output = new StringBuilder();
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new EmbeddedServerException($"{what} failed: '{command.File}' could not be started ({e.Message}).", e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            if (input is not null)
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await Progress.WhileAsync(what, process.WaitForExitAsync(cancellationToken), progress, ProgressInterval);
        }
        catch (IOException)
        {
            // It ended without reading its input; its exit code and output say why.
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        string text;
        lock (output)
            text = output.ToString();
        return process.ExitCode == 0
            ? text
            : throw new EmbeddedServerException($"{what} failed with exit code {process.ExitCode}: {LastLines(text)}");

        void Collect(object sender, DataReceivedEventArgs e)
        {
            if (e.Data is null)
                return;
            lock (output)
                output.AppendLine(e.Data);
        }
    }

    public static ProcessStartInfo StartInfo(ServerCommand command)
    {
        var start = new ProcessStartInfo(command.File, command.Arguments)
        {
            WorkingDirectory = command.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        return start;
    }

    public static string LastLines(string text) =>
        string.Join(" | ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(5));
}
