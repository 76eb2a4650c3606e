using System.Diagnostics;
using System.Globalization;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Programs that are run from start to end, with their time and memory.</summary>
internal static class MeasuredProcess
{
    private static readonly string[] AwsPlaces = ["/usr/bin/aws", "/usr/local/bin/aws"];

    /// <summary>How a program ran.</summary>
    internal sealed record Run(TimeSpan Elapsed, long PeakBytes);

    /// <summary>The command line of the same build.</summary>
    public static string CommandLine
    {
        get
        {
            var here = AppContext.BaseDirectory.TrimEnd('/');
            return Path.GetFullPath(Path.Combine(here, "..", "..", "MoviesNow.Cli", Path.GetFileName(here), "moviesnow.dll"));
        }
    }

    /// <summary>The AWS command line.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string FindAws() => AwsPlaces.FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("This scenario needs the AWS command line: apt-get install awscli.");

    /// <summary>Runs a program, which must succeed.</summary>
    public static async Task<Run> RunAsync(string program, string[] arguments, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var peak = WatchAsync(process.Id);
        await process.WaitForExitAsync();
        var elapsed = clock.Elapsed;
        return process.ExitCode == 0
            ? new Run(elapsed, await peak)
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{await errors}");
    }

    /// <summary>The most memory that was in use: the kernel keeps it, until the process is gone.</summary>
    private static async Task<long> WatchAsync(int id)
    {
        var peak = 0L;
        try
        {
            while (true)
            {
                var line = (await File.ReadAllLinesAsync($"/proc/{id}/status")).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is null)
                {
                    return peak;
                }

                peak = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture) * 1_024;
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
        catch (IOException)
        {
            return peak;
        }
    }
}
