using System.Text.Json;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using MoviesNow.Catalog.V1;

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
    public async Task Kill_OfOneOfTwo_LeavesNoProcessAndTheOtherAndTheNextStartWork()
    {
        using var homeOfOne = HomeDirectory.Seeded();
        using var homeOfOther = HomeDirectory.Seeded();
        using var one = AppHostProcess.Start(homeOfOne.Argument);
        var addressesOfOne = AddressesIn(await one.ReadyAsync());
        using var other = AppHostProcess.Start(homeOfOther.Argument);
        var addressesOfOther = AddressesIn(await other.ReadyAsync());
        Assert.Empty(addressesOfOne.Intersect(addressesOfOther, StringComparer.Ordinal));

        var children = one.Children;
        Assert.NotEmpty(children);
        await one.EndAsync("KILL");
        await AppHostProcess.GoneAsync(children);
        using (var catalog = GrpcChannel.ForAddress(addressesOfOther[0]))
        {
            await new TitleService.TitleServiceClient(catalog).ListTitlesAsync(new ListTitlesRequest());
        }

        using var next = AppHostProcess.Start(homeOfOne.Argument);
        await next.ReadyAsync();
        int[] rest = [.. next.Children, .. other.Children];
        await Task.WhenAll(next.EndAsync("INT"), other.EndAsync("INT"));
        await AppHostProcess.GoneAsync(rest);
    }

    /// <summary>nginx gives the demo's film to whoever has a grant, with the addresses that the last line tells.</summary>
    private static async Task WatchAsync(HomeDirectory home, string ready)
    {
        var addresses = AddressesIn(ready);
        using var environment = JsonDocument.Parse(await File.ReadAllTextAsync(home.PathOf("environment.json")));
        Assert.Equal($"{addresses[4]}/", environment.RootElement.GetProperty("mediaUrl").GetString());
        using var catalog = GrpcChannel.ForAddress(addresses[0]);
        using var delivery = GrpcChannel.ForAddress(addresses[2]);
        await new Viewer(catalog, delivery, new Uri($"{addresses[4]}/")).WatchAsync(CancellationToken.None);
    }

    private static string[] AddressesIn(string ready) => [.. AddressPattern().Matches(ready).Select(match => match.Value)];

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
