using System.ComponentModel;
using System.Diagnostics;

namespace MoviesNow.Testing;

/// <summary>Programs of the machine, such as Node.js 20 with npm, or ffmpeg.</summary>
public static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs a program to its end and gives what it wrote.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="folder">The folder that it works in.</param>
    /// <param name="arguments">What it is told.</param>
    /// <exception cref="InvalidOperationException">The program is missing or failed.</exception>
    public static async Task<(string Output, string Errors)> RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode is 0
                ? (await output, await errors)
                : throw new InvalidOperationException($"{program} {arguments.FirstOrDefault()} ended with {process.ExitCode}: {await output}{await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException($"'{start.FileName}' does not start: the tests need Node.js 20 or later with npm, and some need ffmpeg.", failure);
        }
    }
}
