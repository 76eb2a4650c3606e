using System.Globalization;

namespace MoviesNow.Bench.Measuring;

/// <summary>
/// A part of a core that a process gets and no more, by a control group of Linux: so that a machine of two cores shows what a service does with its own.
/// See cgroups(7); version 1 has <c>cpu.cfs_quota_us</c>, version 2 <c>cpu.max</c>. Needs root.
/// </summary>
internal sealed class CpuShare : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    // Shorter than the kernel's 100 ms, so that a process that has used its share up waits for milliseconds.
    private const int PeriodMicroseconds = 10_000;

    private readonly string _group;

    private CpuShare(string group) => _group = group;

    /// <summary>Holds a process to a part of a core from now on.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="cores">How much of a core, such as 0.2.</param>
    public static CpuShare Hold(int processId, double cores)
    {
        var isVersion1 = Directory.Exists($"{Root}/cpu");
        var name = string.Create(CultureInfo.InvariantCulture, $"moviesnow-bench-{processId}");
        var share = new CpuShare(Directory.CreateDirectory(Path.Combine(Root, isVersion1 ? "cpu" : "", name)).FullName);
        try
        {
            var quota = (int)(PeriodMicroseconds * cores);
            if (isVersion1)
            {
                share.Write("cpu.cfs_period_us", PeriodMicroseconds);
                share.Write("cpu.cfs_quota_us", quota);
            }
            else
            {
                share.Write("cpu.max", $"{quota} {PeriodMicroseconds}");
            }

            share.Write("cgroup.procs", processId);
            return share;
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    /// <summary>Removes the group; its process must have ended.</summary>
    public void Dispose() => Directory.Delete(_group);

    private void Write(string file, FormattableString text) => File.WriteAllText(Path.Combine(_group, file), text.ToString(CultureInfo.InvariantCulture));

    private void Write(string file, int number) => Write(file, (FormattableString)$"{number}");
}
