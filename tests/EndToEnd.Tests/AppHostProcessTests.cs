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
    public async Task Start_OnAnEmptyHome_CompletesTheDemoAndNextOnesReuseTheDataEvenAfterAKill()
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
            await EndAsync(first, "INT");
            AssertStoppedInOrder(first.Output);
        }

        using var homeOfOther = HomeDirectory.Seeded();
        using var other = AppHostProcess.Start(homeOfOther.Argument);
        var addressesOfOther = AddressesIn(await other.ReadyAsync());
        using (var second = AppHostProcess.Start(home.Argument))
        {
            Assert.Empty(addressesOfOther.Intersect(AddressesIn(await second.ReadyAsync()), StringComparer.Ordinal));
            Assert.DoesNotContain("initialising", second.Output, StringComparison.Ordinal);
            Assert.DoesNotContain($"{"demo",-20} ", second.Output, StringComparison.Ordinal);
            var children = second.Children;
            Assert.NotEmpty(children);
            await second.EndAsync("KILL");
            await AppHostProcess.GoneAsync(children);
        }

        using (var catalog = GrpcChannel.ForAddress(addressesOfOther[0]))
        {
            await new TitleService.TitleServiceClient(catalog).ListTitlesAsync(new ListTitlesRequest());
        }

        using var third = AppHostProcess.Start(home.Argument);
        await third.ReadyAsync();
        await Task.WhenAll(EndAsync(third, "TERM"), EndAsync(other, "INT"));
    }

    private static async Task EndAsync(AppHostProcess host, string signal)
    {
        var children = host.Children;
        Assert.Equal(0, await host.EndAsync(signal));
        await AppHostProcess.GoneAsync(children);
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
