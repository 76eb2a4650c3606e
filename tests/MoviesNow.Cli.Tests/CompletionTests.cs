using System.Diagnostics;

namespace MoviesNow.Cli.Tests;

public sealed class CompletionTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-cli-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("moviesnow ", "title", "season", "episode", "asset", "variant", "lint", "link", "download", "play", "demo", "token", "completion")]
    [InlineData("moviesnow token ", "admin", "mint", "revoke", "list")]
    [InlineData("moviesnow title ", "list", "search", "show", "create", "update", "publish", "archive", "delete")]
    [InlineData("moviesnow variant l", "list", "ladder")]
    [InlineData("moviesnow title create --r", "--release-year", "--rating")]
    [InlineData("moviesnow title create --kind ", "movie", "series")]
    [InlineData("moviesnow variant create x --dynamic-range ", "sdr", "hdr10", "hlg", "dolby-vision")]
    public async Task Suggest_ALine_NamesWhatMayFollow(string line, params string[] expected)
    {
        var (exitCode, output, _) = await new CliProcess(_directory.FullName).RunAsync($"[suggest:{line.Length}]", line);

        Assert.Equal(0, exitCode);
        Assert.Subset(output.Split('\n').ToHashSet(StringComparer.Ordinal), expected.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _moviesnow moviesnow")]
    [InlineData("zsh", "compdef _moviesnow moviesnow")]
    [InlineData("fish", "complete -c moviesnow")]
    public async Task Completion_OfAShell_PrintsItsScript(string shell, string expected)
    {
        var (exitCode, output, errors) = await new CliProcess(_directory.FullName).RunAsync("completion", shell);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("moviesnow tit", "title")]
    [InlineData("moviesnow title sea", "search")]
    [InlineData("moviesnow title create --kind s", "series")]
    public async Task Completion_InBash_CompletesTheWord(string line, string expected)
    {
        var (_, script, _) = await new CliProcess(_directory.FullName).RunAsync("completion", "bash");
        var words = line.Split(' ');

        var completed = await BashAsync($"""
            moviesnow() (dotnet exec '{CliProcess.Program}' "$@")
            {script}
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({string.Join(' ', words)}) COMP_CWORD={words.Length - 1}
            _moviesnow
            printf '%s\n' "${"{COMPREPLY[@]}"}"
            """);

        Assert.Equal(expected, completed.Trim());
    }

    private async Task<string> BashAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script]) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = _directory.FullName };
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return output;
    }
}
