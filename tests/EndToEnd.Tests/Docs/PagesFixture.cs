using MoviesNow.Testing.Docs;

namespace MoviesNow.EndToEnd.Tests.Docs;

/// <summary>One AppHost for the commands of all pages, after its demo.</summary>
public sealed class PagesFixture : IAsyncLifetime
{
    private readonly HomeDirectory _scratch = new();
    private AppHostProcess? _appHost;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Programs);
        WriteProgram("moviesnow", $"exec dotnet exec '{CommandLine}' \"$@\"");
        // The projects are built: what would build and run one runs it.
        WriteProgram("dotnet", $"""
            PATH='{Environment.GetEnvironmentVariable("PATH")}'
            if [ "$1 $2 $3" = 'run --project tools/MoviesNow.Cli' ]; then
              shift 4
              exec dotnet exec '{CommandLine}' "$@"
            fi
            exec dotnet "$@"
            """);
        _appHost = AppHostProcess.Start($"--MoviesNow:Home={_scratch.PathOf(".moviesnow")}");
        await _appHost.ReadyAsync();
    }

    public async Task DisposeAsync()
    {
        if (_appHost is not null)
        {
            var children = _appHost.Children;
            await _appHost.EndAsync("TERM");
            await AppHostProcess.GoneAsync(children);
            _appHost.Dispose();
        }

        _scratch.Dispose();
    }

    // artifacts/bin/<project>/<configuration>
    private static string CommandLine => Path.Combine(
        DocPage.Repository, "artifacts/bin/MoviesNow.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "moviesnow.dll");

    private string Programs => _scratch.PathOf("bin");

    /// <summary>Runs the commands of a page.</summary>
    internal Task<string?> RunAsync(DocPage page) => new PageRun(page, _scratch.Path, Programs).RunAsync();

    private void WriteProgram(string name, string script)
    {
        var file = Path.Combine(Programs, name);
        File.WriteAllText(file, $"#!/bin/bash\n{script}\n");
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The pages are for a shell of Linux or macOS.");
        }

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
