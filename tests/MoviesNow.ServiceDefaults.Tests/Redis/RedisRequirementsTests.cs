using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Redis;

/// <summary>A service looks at how its Redis is set up, and says what it found.</summary>
public sealed class RedisRequirementsTests(RedisRequirementsTests.OwnCluster redis) : IClassFixture<RedisRequirementsTests.OwnCluster>
{
    private const string Managed = "managed";

    [Theory]
    [InlineData("noeviction", "yes", true, "eviction met 0, persistence met 0")]
    [InlineData("allkeys-lru", "yes", true, "eviction violated 1, persistence met 0")]
    [InlineData("volatile-ttl", "no", true, "eviction violated 1, persistence violated 1")]
    // What is no more than a record may go with Redis.
    [InlineData("noeviction", "no", false, "eviction met 0")]
    public async Task Start_RedisAsItIs_IsMeasured(string policy, string appendOnly, bool mustBeDurable, string expected)
    {
        await SetAsync(policy, appendOnly);
        await using var host = await StartAsync(redis.Cluster.ConnectionString, mustBeDurable);

        await Eventually.HoldsAsync(() => Task.FromResult(string.Equals(MeasurementsOf(host), expected, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Start_RedisThatDropsKeys_IsWarnedOfInTheLog()
    {
        await SetAsync("allkeys-lru", "no");
        await using var host = await StartAsync(redis.Cluster.ConnectionString, mustBeDurable: true);

        await Eventually.HoldsAsync(() => Task.FromResult(
            host.Logs.Text.Contains("Its maxmemory-policy is allkeys-lru", StringComparison.Ordinal)
            && host.Logs.Text.Contains("It needs appendonly yes.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Start_RedisThatDropsKeysWhereThatIsRefused_Fails()
    {
        await SetAsync("volatile-lru", "yes");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(redis.Cluster.ConnectionString, mustBeDurable: true, ("Redis:Requirements", "Require")));

        Assert.Contains("maxmemory-policy is volatile-lru", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RedisAsRequired_Succeeds()
    {
        await SetAsync("noeviction", "yes");
        await using var host = await StartAsync(redis.Cluster.ConnectionString, mustBeDurable: true, ("Redis:Requirements", "Require"));

        Assert.Equal("eviction met 0, persistence met 0", MeasurementsOf(host));
    }

    [Fact]
    public async Task Start_RedisThatIsAwayWhereRequired_StartsAllTheSame()
    {
        await using var host = await StartAsync("127.0.0.1:1", mustBeDurable: true, ("Redis:Requirements", "Require"));

        Assert.Equal("", MeasurementsOf(host));
    }

    [Theory]
    // Managed services forbid CONFIG; INFO tells as well.
    [InlineData("-config", "eviction violated 1, persistence met 0")]
    [InlineData("-info", "eviction unknown 0, persistence unknown 0")]
    public async Task Start_RedisThatKeepsItsSettingsToItself_SaysWhatCouldNotBeAsked(string forbidden, string expected)
    {
        await SetAsync("allkeys-lru", "yes");
        await redis.Cluster.TellAsync("ACL", "SETUSER", Managed, "reset", "on", $">{Managed}", "~*", "&*", "+@all", "-config", forbidden);
        var connection = redis.Cluster.ConnectionString.Split(",password=")[0] + $",user={Managed},password={Managed}";
        await using var host = await StartAsync(connection, mustBeDurable: true);

        await Eventually.HoldsAsync(() => Task.FromResult(string.Equals(MeasurementsOf(host), expected, StringComparison.Ordinal)));
        await Eventually.HoldsAsync(() => Task.FromResult(
            host.Logs.Text.Contains("could not be asked", StringComparison.Ordinal) == expected.Contains("unknown", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Start_Garnet_TellsOfItsFileAndNotOfItsMemory()
    {
        await using var garnet = await TestGarnet.StartNewAsync(persistent: true);
        await using var host = await StartAsync(garnet.ConnectionString, mustBeDurable: true, ("Redis:Requirements", "Require"));

        Assert.Equal("eviction unknown 0, persistence met 0", MeasurementsOf(host));
    }

    private async Task SetAsync(string policy, string appendOnly)
    {
        await redis.Cluster.TellAsync("CONFIG", "SET", "maxmemory-policy", policy);
        await redis.Cluster.TellAsync("CONFIG", "SET", "appendonly", appendOnly);
    }

    private static Task<TestHost> StartAsync(string connection, bool mustBeDurable, params (string, string?)[] settings) => TestHost.StartAsync(
        OpenServices.MapAll, builder => builder.AddRedis("redis", isVital: false, mustBeDurable), [("ConnectionStrings:redis", connection), .. settings]);

    private static string MeasurementsOf(TestHost host)
    {
        var seen = new List<string>();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name is "moviesnow.redis.requirements")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => seen.Add($"{tags[0].Value} {tags[1].Value} {value}"));
        listener.Start();
        listener.RecordObservableInstruments();
        return string.Join(", ", seen);
    }

    /// <summary>Three primaries whose settings these tests change.</summary>
    public sealed class OwnCluster : IAsyncLifetime
    {
        /// <summary>The cluster.</summary>
        public TestRedisCluster Cluster { get; private set; } = null!;

        /// <inheritdoc/>
        public async Task InitializeAsync() => Cluster = await TestRedisCluster.StartNewAsync(RedisEngine.Redis);

        /// <inheritdoc/>
        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }
}
