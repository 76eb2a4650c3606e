using System.Diagnostics;
using System.Globalization;
using System.Text;
using MoviesNow.Testing.Docs;

namespace MoviesNow.EndToEnd.Tests.Docs;

/// <summary>The commands of one page, as one session of a shell in a directory that looks like the root of the checkout.</summary>
internal sealed class PageRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private readonly DocBlock[] _blocks;
    private readonly DirectoryInfo _folder;
    private readonly DirectoryInfo _log;
    private readonly string _programs;

    /// <param name="page">The page.</param>
    /// <param name="scratch">A directory below which an AppHost has its home.</param>
    /// <param name="programs">A directory that comes first on the path.</param>
    public PageRun(DocPage page, string scratch, string programs)
    {
        _blocks = [.. page.Blocks.Where(block => block.IsRun || block.IsOutput)];
        _programs = programs;
        var name = page.Path.Replace('/', '-');
        _folder = Directory.CreateDirectory(Path.Combine(scratch, name));
        _log = Directory.CreateDirectory(Path.Combine(scratch, "logs", name));
        foreach (var entry in new DirectoryInfo(DocPage.Repository).EnumerateFileSystemInfos().Where(entry => entry.Name is not (".git" or ".moviesnow")))
        {
            File.CreateSymbolicLink(Path.Combine(_folder.FullName, entry.Name), entry.FullName);
        }

        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, ".moviesnow"), Path.Combine(scratch, ".moviesnow"));
    }

    /// <summary>Runs the commands.</summary>
    /// <returns>What went wrong, with the line of the page; null when nothing did.</returns>
    public async Task<string?> RunAsync()
    {
        var script = Path.Combine(_log.FullName, "script.sh");
        await File.WriteAllTextAsync(script, Script());
        // A group of its own, so that whatever the page started ends with it.
        var seconds = Limit.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("setsid", ["--wait", "timeout", "--kill-after=5", seconds, "bash", script])
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardInput = true,
            Environment = { ["PATH"] = $"{_programs}:{Environment.GetEnvironmentVariable("PATH")}" },
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? WrongOutput()
            : $"{Where(LastBegun())} ended with {process.ExitCode}:\n{Log(LastBegun(), "err")}\n{Log(LastBegun(), "out")}";
    }

    private string Script()
    {
        var script = new StringBuilder("set -euo pipefail\nshopt -s expand_aliases\n");
        foreach (var (index, block) in _blocks.Index().Where(block => block.Item.IsRun))
        {
            script.Append(CultureInfo.InvariantCulture, $"exec >'{LogFile(index, "out")}' 2>'{LogFile(index, "err")}'\n{block.Text}\n");
        }

        return script.ToString();
    }

    private string? WrongOutput()
    {
        var wrong = _blocks.Index().Skip(1)
            .Where(block => block.Item.IsOutput && !ExpectedOutput.Matches(block.Item.Text, Log(block.Index - 1, "out")))
            .Select(block => $"{Where(block.Index)} shows\n{block.Item.Text}\nand this came:\n{Log(block.Index - 1, "out")}")
            .ToList();
        return wrong.Count == 0 ? null : string.Join("\n\n", wrong);
    }

    private int LastBegun() => _blocks.Index().Last(block => block.Index == 0 || File.Exists(LogFile(block.Index, "out"))).Index;

    private string Where(int index) => string.Create(CultureInfo.InvariantCulture, $"The block at line {_blocks[index].Line}");

    private string Log(int index, string kind) => File.Exists(LogFile(index, kind)) ? File.ReadAllText(LogFile(index, kind)) : "";

    private string LogFile(int index, string kind) => Path.Combine(_log.FullName, string.Create(CultureInfo.InvariantCulture, $"{index}.{kind}"));
}
