using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.RateLimits;
using static MoviesNow.ServiceDefaults.Tests.RateLimits.LimitedHosts;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

/// <summary>One replica without Redis.</summary>
public sealed class LocalLimitTests
{
    private static readonly (string, string?)[] Few = [("RateLimits:AdminWritesPerMinute", "4"), ("RateLimits:ReadsPerMinute", "3"), ("RateLimits:PeoplePerAddress", "1")];

    [Fact]
    public async Task Call_OverTheLimit_IsRefusedWithTheDelayAfterWhichItIsAdmitted()
    {
        await using var hosts = await StartAsync(1, null, Few);
        Assert.Equal(Times(In, 4), await hosts.CallAsync(4, CreateTitle, Who.Admin));

        var refused = await hosts.CallOneAsync(0, CreateTitle, Who.Admin);

        Assert.Equal(Out, refused.Reason);
        Assert.Equal(Grpc.Core.StatusCode.ResourceExhausted, refused.Code);
        var delay = RetryDelayOf(refused)!.Value;
        hosts.Advance(delay - TimeSpan.FromMilliseconds(1));
        Assert.Equal([Out], await hosts.CallAsync(1, CreateTitle, Who.Admin));
        hosts.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([In, Out], await hosts.CallAsync(2, CreateTitle, Who.Admin));
    }

    [Fact]
    public async Task Call_AfterAWhile_FindsThePermitsThatCameBackMeanwhile()
    {
        await using var hosts = await StartAsync(1, null, Few);
        await hosts.CallAsync(4, CreateTitle, Who.Admin);

        hosts.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([In, In, Out], await hosts.CallAsync(3, CreateTitle, Who.Admin));
        hosts.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal([In, Out], await hosts.CallAsync(2, CreateTitle, Who.Admin));
        hosts.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal([In, In, In, In, Out], await hosts.CallAsync(5, CreateTitle, Who.Admin));
    }

    [Fact]
    public async Task Call_OthersAndOtherMethods_AreCountedApart()
    {
        await using var hosts = await StartAsync(1, null, Few);
        await hosts.CallAsync(4, CreateTitle, Who.Admin);

        Assert.Equal([Out], await hosts.CallAsync(1, CreateTitle, Who.Admin));
        Assert.Equal([In], await hosts.CallAsync(1, UpdateTitle, Who.Admin));
        Assert.Equal([In], await hosts.CallAsync(1, CreateTitle, Who.Admin with { Subject = "other" }));
    }

    [Fact]
    public async Task Call_OfServices_IsLimitedOnlyWhenSaid()
    {
        const string getAsset = "/moviesnow.catalog.v1.AssetService/GetAsset";
        await using var hosts = await StartAsync(1, null, [.. Few, ("RateLimits:Methods:AssetService/ListAssets:ServicePermitsPerMinute", "2")]);

        Assert.Equal(Times(In, 9), await hosts.CallAsync(9, getAsset, Who.Service));
        Assert.Equal([In, In, Out], await hosts.CallAsync(3, "/moviesnow.catalog.v1.AssetService/ListAssets", Who.Service));
    }

    [Theory]
    [InlineData("/moviesnow.upload.v1.ProxyUploadService/StreamSmallFile")]
    [InlineData("/moviesnow.telemetry.v1.QoeService/WatchLive")]
    public async Task Call_Streaming_CostsOnePermitAtItsStart(string path)
    {
        await using var hosts = await StartAsync(1, null, ($"RateLimits:Methods:{path[1..]}:PermitsPerMinute", "2"));

        Assert.Equal([In, In, Out], await hosts.CallAsync(3, path, Who.Admin));
    }

    [Fact]
    public async Task Call_OfStandardServices_HasNoLimit()
    {
        await using var hosts = await StartAsync(1, null, Few);

        Assert.Equal(Times("OK", 20), await hosts.CallAsync(20, "/grpc.health.v1.Health/Check", null));
    }

    [Fact]
    public async Task Call_ThatAccessRefuses_CostsNothing()
    {
        await using var hosts = await StartAsync(1, null, Few);
        await hosts.CallAsync(9, CreateTitle, Who.AdminWithoutMfa with { Subject = Who.Admin.Subject });

        Assert.Equal(Times(In, 4), await hosts.CallAsync(4, CreateTitle, Who.Admin));
    }

    [Fact]
    public async Task Call_LimitsSwitchedOff_IsAdmitted()
    {
        await using var hosts = await StartAsync(1, null, [.. Few, ("RateLimits:Enabled", "false")]);

        Assert.Equal(Times(In, 9), await hosts.CallAsync(9, CreateTitle, Who.Admin));
    }

    [Fact]
    public async Task Call_Refused_IsCountedByMethodAndNamesNobody()
    {
        await using var hosts = await StartAsync(1, null, Few);
        using var counts = new RateLimitCounts(hosts.Replicas[0]);

        await hosts.CallAsync(6, CreateTitle, Who.Admin);

        Assert.Equal(Times("moviesnow.rate_limit.refused 1 [method, moviesnow.catalog.v1.TitleService/CreateTitle]", 2), counts.All);
    }

    [Fact]
    public async Task Acquire_CallerWhoDoesNotComeAgain_IsForgotten()
    {
        await using var hosts = await StartAsync(1, null, Few);
        var caller = await CallOnceAsync(hosts.Replicas[0].Services.GetRequiredService<PartitionedRateLimiter<LimitedCaller>>());

        hosts.Advance(TimeSpan.FromMinutes(2));
        for (var tries = 0; caller.IsAlive && tries < 300; tries++)
        {
            await Task.Delay(100);
            GC.Collect();
        }

        Assert.False(caller.IsAlive);
    }

    // Apart, so that no local variable of the test holds the name.
    private static async Task<WeakReference> CallOnceAsync(PartitionedRateLimiter<LimitedCaller> limiter)
    {
        var limit = new RateLimit("test/Once", "test/Once", 4, TimeSpan.FromMinutes(1));
        var name = Guid.NewGuid().ToString();
        Assert.True((await limiter.AcquireAsync(new LimitedCaller(limit, new CallerId(CallerKind.Address, name)))).IsAcquired);
        return new WeakReference(name);
    }
}
