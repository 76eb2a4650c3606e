using System.ComponentModel;
using System.Diagnostics;

namespace MoviesNow.AppHost.Local;

/// <summary>Programs of this machine that answer at once, asked what they are.</summary>
internal static class ToolRun
{
    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and all that it printed; -1 and why when it could not be started.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, await output + await errors);
        }
        catch (Win32Exception exception)
        {
            return (-1, exception.Message);
        }
    }
}
