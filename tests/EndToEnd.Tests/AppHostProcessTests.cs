using System.Text.Json;
using System.Text.RegularExpressions;
using Grpc.Net.Client;

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
            Assert.Equal(5, AddressPattern().Count(ready));
            Assert.EndsWith("no site (switched off)", ready, StringComparison.Ordinal);
            await WatchAsync(home, ready);
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

    /// <summary>nginx gives the demo's film to whoever has a grant, with the addresses that the last line tells.</summary>
    private static async Task WatchAsync(HomeDirectory home, string ready)
    {
        var addresses = AddressPattern().Matches(ready).Select(match => match.Value).ToArray();
        using var environment = JsonDocument.Parse(await File.ReadAllTextAsync(home.PathOf("environment.json")));
        Assert.Equal($"{addresses[4]}/", environment.RootElement.GetProperty("mediaUrl").GetString());
        using var catalog = GrpcChannel.ForAddress(addresses[0]);
        using var delivery = GrpcChannel.ForAddress(addresses[2]);
        await new Viewer(catalog, delivery, new Uri($"{addresses[4]}/")).WatchAsync(CancellationToken.None);
    }

    private static void AssertNoWaitIsSilent(string output)
    {
        foreach (var line in new[] { "initialising", "postgres             ready", "waits for postgres", "catalog-migration    done", "catalog              ready", "cdn                  ready", "demo                 done" })
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
