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
            Assert.Equal(0, await first.EndAsync("INT"));
            await AppHostProcess.GoneAsync(first.Children);
            AssertStoppedInOrder(first.Output);
        }

        Assert.Contains("SHA-256", File.ReadAllText(Path.Combine(home.Path, "logs", "demo.log")), StringComparison.Ordinal);
        using var second = AppHostProcess.Start(home.Argument);
        await second.ReadyAsync();
        Assert.DoesNotContain("initialising", second.Output, StringComparison.Ordinal);
        Assert.Equal(0, await second.EndAsync("TERM"));
        await AppHostProcess.GoneAsync(second.Children);
    }

    [Fact]
    public async Task Kill_WhileRunning_LeavesNoProcessAndTheNextStartWorks()
    {
        using var home = HomeDirectory.Seeded();
        using (var killed = AppHostProcess.Start(home.Argument))
        {
            await killed.ReadyAsync();
            await killed.EndAsync("KILL");
            Assert.NotEmpty(killed.Children);
            await AppHostProcess.GoneAsync(killed.Children);
        }

        using var next = AppHostProcess.Start(home.Argument);
        await next.ReadyAsync();
        await next.EndAsync("INT");
        await AppHostProcess.GoneAsync(next.Children);
    }

    [Fact]
    public async Task Start_TwoHomesAtOnce_RunSideBySide()
    {
        using var homes = new TwoHomes();
        using var one = AppHostProcess.Start(homes.One.Argument);
        await one.ReadyAsync();
        using var other = AppHostProcess.Start(homes.Other.Argument);

        Assert.Empty(AddressPattern().Matches(await one.ReadyAsync()).Select(match => match.Value).Intersect(
            AddressPattern().Matches(await other.ReadyAsync()).Select(match => match.Value), StringComparer.Ordinal));

        await Task.WhenAll(one.EndAsync("INT"), other.EndAsync("INT"));
        await AppHostProcess.GoneAsync([.. one.Children, .. other.Children]);
    }

    [Fact]
    public async Task Start_TheSameHomeTwice_SaysWhatToDo()
    {
        using var home = new HomeDirectory();
        using var holder = new FileStream(Path.Combine(home.Path, "apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var refused = AppHostProcess.Start(home.Argument);

        Assert.NotEqual(0, await refused.ExitAsync());
        Assert.Contains("Another AppHost is using", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AResourceFails_NamesItAndExitsNonZero()
    {
        using var home = new HomeDirectory();
        await File.WriteAllTextAsync(Path.Combine(home.Path, "s3"), "not a directory");
        using var failed = AppHostProcess.Start(home.Argument);

        Assert.NotEqual(0, await failed.ExitAsync());
        Assert.Contains("s3: it exited with code", failed.Output, StringComparison.Ordinal);
        await AppHostProcess.GoneAsync(failed.Children);
    }

    [Fact]
    public async Task Start_ExternalWithoutSettings_NamesEach()
    {
        using var home = new HomeDirectory();
        using var refused = AppHostProcess.Start(home.Argument, "--Backing=external", "--ConnectionStrings:redis=localhost");

        Assert.NotEqual(0, await refused.ExitAsync());
        Assert.Contains(
            "ConnectionStrings:catalogdb, ConnectionStrings:uploaddb, ConnectionStrings:telemetrydb, Storage:Bucket, Storage:AccessKeyId, Storage:SecretAccessKey.",
            refused.Output,
            StringComparison.Ordinal);
    }

    /// <summary>Services stop before what they stand on.</summary>
    private static void AssertStoppedInOrder(string output)
    {
        var catalog = output.LastIndexOf("catalog              exited", StringComparison.Ordinal);
        var postgres = output.LastIndexOf("postgres             stopping", StringComparison.Ordinal);
        Assert.True(catalog >= 0 && postgres > catalog, output);
    }

    [GeneratedRegex(@"http://[^\s,]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AddressPattern();

    private sealed class TwoHomes : IDisposable
    {
        public HomeDirectory One { get; } = HomeDirectory.Seeded();

        public HomeDirectory Other { get; } = HomeDirectory.Seeded();

        public void Dispose()
        {
            One.Dispose();
            Other.Dispose();
        }
    }
}
