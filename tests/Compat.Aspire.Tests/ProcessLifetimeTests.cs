using System.Globalization;
using System.Text.RegularExpressions;

namespace Compat.Aspire.Tests;

public sealed partial class ProcessLifetimeTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_EverythingRuns_StopsInReverseOrderAndExitsWithZero(string signal)
    {
        await using var host = new AppHostProcess();
        await host.UntilAsync("delivery   ready");

        Signals.Send(signal, host.Id);

        Assert.Equal(0, await host.ExitAsync());
        string[] stopped = [.. host.Output.Split('\n').Where(l => l.Contains("  exited", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])];
        Assert.Equal(["delivery", "catalog", "store"], stopped);
        AssertGone(host.Output);
    }

    [Fact]
    public async Task Signal_WhileStarting_StopsWhatHasStarted()
    {
        await using var host = new AppHostProcess();
        await host.UntilAsync("catalog    running");

        Signals.Send("TERM", host.Id);

        Assert.Equal(0, await host.ExitAsync());
        AssertGone(host.Output);
    }

    [Fact]
    public async Task Kill_EverythingRuns_LeavesNoProcessBehind()
    {
        await using var host = new AppHostProcess("Replicas=2");
        await host.UntilAsync("delivery-1  ready");
        var children = Pids(host.Output);
        Assert.Equal(4, children.Count(IsAlive));
        Assert.NotEmpty(Descendants(children));

        Signals.Kill(host.Id);
        await host.ExitAsync();

        await GoneAsync(children);
    }

    [Fact]
    public async Task Kill_WhileStarting_LeavesNoProcessBehind()
    {
        await using var host = new AppHostProcess();
        await host.UntilAsync("catalog    running");
        var children = Pids(host.Output);

        Signals.Kill(host.Id);

        await GoneAsync(children);
    }

    [Fact]
    public async Task Run_MigrationFails_ExplainsAndExitsWithOne()
    {
        await using var host = new AppHostProcess("MigrationExitCode=9");

        Assert.Equal(1, await host.ExitAsync());

        Assert.Contains("migration: it exited with code 9, and catalog waits for it to exit with 0", host.Output, StringComparison.Ordinal);
        Assert.Contains("| migrated", host.Output, StringComparison.Ordinal);
        Assert.Matches(@"catalog +failed +migration exited with code 9", host.Output);
        Assert.Matches(@"delivery +failed", host.Output);
        AssertGone(host.Output);
    }

    [Fact]
    public async Task Run_WhileWaiting_SaysForWhat()
    {
        await using var host = new AppHostProcess();
        await host.UntilAsync("delivery   ready");

        Assert.Matches(@"migration +waiting +for store to be healthy", host.Output);
        Assert.Matches(@"catalog +waiting +for migration to complete", host.Output);
        Assert.Matches(@"delivery +waiting +for catalog to be healthy", host.Output);
        Assert.DoesNotContain("\e[", host.Output, StringComparison.Ordinal);
    }

    private static List<int> Pids(string output) =>
        [.. PidPattern().Matches(output).Select(m => int.Parse(m.Groups["pid"].Value, CultureInfo.InvariantCulture))];

    // Each child leads a session, so that what it started is found by that.
    private static List<string> Descendants(List<int> leaders) =>
        [.. Signals.Sessions().Where(p => leaders.Contains(p.Session) && p.Pid != p.Session).Select(p => p.Pid.ToString())];

    private static bool IsAlive(int pid) => Signals.Sessions().Any(p => p.Pid == pid);

    private static void AssertGone(string output)
    {
        var leaders = Pids(output);
        Assert.NotEmpty(leaders);
        Assert.DoesNotContain(Signals.Sessions(), p => leaders.Contains(p.Session));
    }

    // There is no signal for the end of somebody else's process.
    private static async Task GoneAsync(List<int> leaders)
    {
        Assert.NotEmpty(leaders);
        using var patience = new CancellationTokenSource(Applications.Patience);
        while (Signals.Sessions().Any(p => leaders.Contains(p.Session)))
            await Task.Delay(50, patience.Token);
    }

    [GeneratedRegex(@"pid (?<pid>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PidPattern();
}
