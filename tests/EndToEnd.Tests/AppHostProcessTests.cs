using System.Text.RegularExpressions;

namespace MoviesNow.EndToEnd.Tests;

/// <summary>What a newcomer sees: the first start with the demo, the second one, the end in order and out of order.</summary>
[Collection("AppHost")]
public sealed partial class AppHostProcessTests
{
    [Fact]
    public async Task Start_OnAnEmptyHome_CompletesTheDemoAndASecondStartReusesTheData()
    {
        using var home = new HomeDirectory();
        using (var first = AppHostProcess.Start(home.Argument))
        {
            var ready = await first.ReadyAsync();
            Assert.Equal(4, AddressPattern().Count(ready));
            Assert.Matches(@"Dashboard: http://localhost:\d+/login\?t=\w{40}", first.Output);
            AssertNoWaitIsSilent(first.Output);
            var children = first.Children;
            Assert.Equal(0, await first.EndAsync("INT"));
            await AppHostProcess.GoneAsync(children);
            AssertStoppedInOrder(first.Output);
        }

        using var second = AppHostProcess.Start(home.Argument);
        await second.ReadyAsync();
        Assert.DoesNotContain("initialising", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain($"{"demo",-20} ", second.Output, StringComparison.Ordinal);
        var rest = second.Children;
        Assert.Equal(0, await second.EndAsync("TERM"));
        await AppHostProcess.GoneAsync(rest);
    }

    [Fact]
    public async Task Kill_WhileRunning_LeavesNoProcessAndTheNextStartWorks()
    {
        using var home = HomeDirectory.Seeded();
        using (var killed = AppHostProcess.Start(home.Argument))
        {
            await killed.ReadyAsync();
            var children = killed.Children;
            Assert.NotEmpty(children);
            await killed.EndAsync("KILL");
            await AppHostProcess.GoneAsync(children);
        }

        using var next = AppHostProcess.Start(home.Argument);
        await next.ReadyAsync();
        var rest = next.Children;
        await next.EndAsync("INT");
        await AppHostProcess.GoneAsync(rest);
    }

    [Fact]
    public async Task Start_TwoHomesAtOnce_RunSideBySide()
    {
        using var homeOfOne = HomeDirectory.Seeded();
        using var homeOfOther = HomeDirectory.Seeded();
        using var one = AppHostProcess.Start(homeOfOne.Argument);
        await one.ReadyAsync();
        using var other = AppHostProcess.Start(homeOfOther.Argument);
        await other.ReadyAsync();

        var shared = AddressPattern().Matches(one.Output).Select(match => match.Value).Intersect(
            AddressPattern().Matches(other.Output).Select(match => match.Value), StringComparer.Ordinal);
        Assert.Empty(shared);

        int[] children = [.. one.Children, .. other.Children];
        await Task.WhenAll(one.EndAsync("INT"), other.EndAsync("INT"));
        await AppHostProcess.GoneAsync(children);
    }

    private static void AssertNoWaitIsSilent(string output)
    {
        foreach (var line in new[] { "initialising", "postgres             ready", "waits for postgres", "catalog-migration    done", "catalog              ready", "demo                 done" })
        {
            Assert.Contains(line, output, StringComparison.Ordinal);
        }
    }

    /// <summary>Services stop before what they stand on.</summary>
    private static void AssertStoppedInOrder(string output)
    {
        var services = new[] { "catalog", "upload", "delivery", "telemetry" }.Max(name => output.LastIndexOf($"{name,-20} stopped", StringComparison.Ordinal));
        var servers = new[] { "postgres", "garnet", "s3" }.Select(name => output.LastIndexOf($"{name,-20} stopping", StringComparison.Ordinal)).ToList();
        Assert.True(services > 0 && servers.TrueForAll(server => server > services), output);
    }

    [GeneratedRegex(@"http://[^\s,/]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AddressPattern();
}
