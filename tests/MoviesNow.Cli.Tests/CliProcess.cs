using System.Diagnostics;

namespace MoviesNow.Cli.Tests;

/// <summary>The command line as a user runs it, in a directory without an AppHost unless the test makes one up.</summary>
/// <param name="directory">Where it is run.</param>
/// <param name="variables">Environment variables; null for no more than this process has.</param>
internal sealed class CliProcess(string directory, IReadOnlyDictionary<string, string>? variables = null)
{
    // Some commands encode a film.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // By its path, for a test may leave next to nothing on the program's own.
    private static readonly string Dotnet = Environment.ProcessPath!;

    /// <summary>The program beside this test, with no other files around it than a user has.</summary>
    public static string Program { get; } = ProgramIn(AppContext.BaseDirectory.TrimEnd('/'));

    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts the program, for a test that does more with it than wait for its end.</summary>
    public Process Start(params string[] arguments) => StartProgram(Dotnet, ["exec", Program, .. arguments]);

    /// <summary>Starts it as the leader of a process group of its own, to which what it starts belongs too: so a shell does in a terminal.</summary>
    public Process StartInTerminal(params string[] arguments) => StartProgram("setsid", [Dotnet, "exec", Program, .. arguments]);

    private Process StartProgram(string program, string[] arguments)
    {
        // Whoever started the tests in the background made them, and so the program, ignore SIGINT.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string ProgramIn(string here) => Path.GetFullPath(Path.Combine(here, "..", "..", "MoviesNow.Cli", Path.GetFileName(here), "moviesnow.dll"));
}
