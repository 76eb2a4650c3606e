using System.Diagnostics;

namespace Compat.Aspire.Tests;

internal static class Signals
{
    public static void Kill(int pid) => Send("KILL", pid);

    public static void Send(string signal, int pid)
    {
        using var kill = Process.Start("kill", ["-s", signal, pid.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Every process and the session it is in. One that has ended, but that nobody has asked about yet, is not among them.</summary>
    public static IReadOnlyList<(int Pid, int Session)> Sessions()
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-eo", "pid=,sess=,stat="]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var lines = ps.StandardOutput.ReadToEnd().Split('\n');
        ps.WaitForExit();
        return [.. lines.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length == 3 && !f[2].StartsWith('Z')).Select(f => (int.Parse(f[0]), int.Parse(f[1])))];
    }
}
