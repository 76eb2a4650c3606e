using System.Diagnostics;

namespace MoviesNow.Observability.Tests;

/// <summary>The command line's demo, in a process of its own.</summary>
internal static class Demo
{
    public static async Task RunAsync(ObservedSystem system)
    {
        // Beside its own libraries, which are not all those of this program: artifacts/bin/<project>/<configuration>.
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var program = Path.Combine(here, "..", "..", "MoviesNow.Cli", Path.GetFileName(here), "moviesnow.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, "demo"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in system.Environment())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
    }
}
