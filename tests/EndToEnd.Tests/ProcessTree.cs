using System.Globalization;

namespace MoviesNow.EndToEnd.Tests;

/// <summary>The processes of this machine, as /proc shows them.</summary>
internal static class ProcessTree
{
    /// <summary>What an AppHost has started. The orchestrator is no child of its: it is told to watch the AppHost, by its process id.</summary>
    public static IReadOnlyList<int> Below(int appHost)
    {
        var processes = All();
        var found = processes.Where(process => process.Command.Contains($"--monitor {appHost.ToString(CultureInfo.InvariantCulture)} ", StringComparison.Ordinal))
            .Select(process => process.Id)
            .ToHashSet();
        while (processes.Any(process => (found.Contains(process.Parent) || process.Parent == appHost) && found.Add(process.Id)))
        {
            // One more was found; look again, for its children too.
        }

        return [.. found];
    }

    /// <summary>Whether a process runs. A zombie has ended: it waits for whoever adopted it.</summary>
    public static bool IsRunning(int process) => Read(process, "stat") is { } stat && !stat.Contains(") Z ", StringComparison.Ordinal);

    private static List<(int Id, int Parent, string Command)> All() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Stat: Read(id, "stat"), Command: Read(id, "cmdline")))
            .Where(process => process is { Stat.Length: > 0, Command: not null })
            .Select(process => (process.Id, ParentOf(process.Stat!), process.Command!.Replace('\0', ' '))),
    ];

    // 12 (name of the program) S 7 …: the parent follows the state.
    private static int ParentOf(string stat) => int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ')[2], CultureInfo.InvariantCulture);

    private static string? Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/{file}");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
