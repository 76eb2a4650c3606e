using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using MoviesNow.Testing;
using StackExchange.Redis;

namespace Compat.Hosting.Tests;

public sealed class AddRedisClientTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    [Fact]
    public async Task AddRedisClient_ConnectionString_IsConnectedAndHealthy()
    {
        var builder = TestHost.Builder(("ConnectionStrings:cache", garnet.ConnectionString));
        builder.AddRedisClient("cache");
        using var host = builder.Build();
        await host.StartAsync();

        var database = host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        await database.StringSetAsync("hosting", "value");

        Assert.Equal("value", (string?)await database.StringGetAsync("hosting"));
        Assert.Equal(HealthStatus.Healthy, (await host.HealthAsync("StackExchange.Redis")).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task AddRedisClient_ServerDown_StartsAndRecovers()
    {
        await using var server = await TestGarnet.StartNewAsync();
        await server.StopAsync();
        var builder = TestHost.Builder(("ConnectionStrings:cache", server.ConnectionString + ",connectTimeout=500,asyncTimeout=500"));
        builder.AddRedisClient("cache", configureOptions: static options => options.ReconnectRetryPolicy = new LinearRetry(100));
        using var host = builder.Build();

        await host.StartAsync();
        var connection = host.Services.GetRequiredService<IConnectionMultiplexer>();
        Assert.False(connection.IsConnected);
        Assert.Equal(HealthStatus.Unhealthy, (await host.HealthAsync("StackExchange.Redis")).Status);

        await server.StartAsync();
        await TestHost.UntilAsync(async () => (await host.HealthAsync("StackExchange.Redis")).Status == HealthStatus.Healthy);
        Assert.True(connection.IsConnected);
        await host.StopAsync();
    }

    [Fact]
    public async Task AddRedisClient_AbortConnectAsked_Throws()
    {
        var builder = TestHost.Builder(("ConnectionStrings:cache", "127.0.0.1:9,connectTimeout=200,connectRetry=0,abortConnect=true"));
        builder.AddRedisClient("cache");
        using var host = builder.Build();
        await host.StartAsync();

        Assert.Throws<RedisConnectionException>(host.Services.GetRequiredService<IConnectionMultiplexer>);
        Assert.Equal(HealthStatus.Unhealthy, (await host.HealthAsync("StackExchange.Redis")).Status);
        await host.StopAsync();
    }

    [Fact]
    public void AddRedisClient_NoConnectionString_SaysWhereToPutIt()
    {
        var builder = TestHost.Builder();
        builder.AddRedisClient("cache");
        using var host = builder.Build();

        var error = Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IConnectionMultiplexer>);

        Assert.Contains("ConnectionStrings:cache", error.Message, StringComparison.Ordinal);
        Assert.Contains("Aspire:StackExchange:Redis", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddRedisClient_SettingsFromManyPlaces_LaterWins()
    {
        var builder = TestHost.Builder(
            ("Aspire:StackExchange:Redis:ConnectionString", "section:1"),
            ("Aspire:StackExchange:Redis:DisableHealthChecks", "true"),
            ("Aspire:StackExchange:Redis:cache:ConnectionString", "named:2"),
            ("Aspire:StackExchange:Redis:cache:DisableTracing", "true"),
            ("ConnectionStrings:cache", "connection:3"));
        string? seen = null;

        builder.AddRedisClient("cache", settings =>
        {
            seen = settings.ConnectionString;
            Assert.True(settings.DisableHealthChecks);
            Assert.True(settings.DisableTracing);
        });

        Assert.Equal("connection:3", seen);
        Assert.DoesNotContain(builder.Services, static service => service.ServiceType == typeof(HealthCheckService));
    }

    [Fact]
    public async Task AddKeyedRedisClient_TwoKeys_AreTwoConnections()
    {
        var builder = TestHost.Builder(("ConnectionStrings:one", garnet.ConnectionString), ("ConnectionStrings:two", garnet.ConnectionString + ",name=two"));
        builder.AddKeyedRedisClient("one");
        builder.AddKeyedRedisClient("two");
        using var host = builder.Build();
        await host.StartAsync();

        var one = host.Services.GetRequiredKeyedService<IConnectionMultiplexer>("one");
        var two = host.Services.GetRequiredKeyedService<IConnectionMultiplexer>("two");

        Assert.NotSame(one, two);
        Assert.Equal("two", two.ClientName);
        Assert.Null(host.Services.GetService<IConnectionMultiplexer>());
        Assert.Equal(HealthStatus.Healthy, (await host.HealthAsync("StackExchange.Redis_two")).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task Tracing_CommandUnderActivity_IsASpanWithoutKeys()
    {
        var builder = TestHost.Builder(("ConnectionStrings:cache", garnet.ConnectionString));
        builder.AddRedisClient("cache");
        var collector = builder.CollectSpans();
        using var source = new ActivitySource("test");
        ActivityTraceId trace;
        using (var host = builder.Build())
        {
            await host.StartAsync();
            var database = host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
            using (var parent = source.StartActivity("parent")!)
            {
                trace = parent.TraceId;
                await database.StringSetAsync("secret-key", "secret-value");
            }

            await host.StopAsync();
        }

        var span = Assert.Single(collector.Spans, span => span.TraceId == trace && span.DisplayName == "SET");
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal("redis", span.GetTagItem("db.system.name"));
        Assert.Equal("127.0.0.1", span.GetTagItem("server.address"));
        Assert.DoesNotContain(span.TagObjects, static tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal));
        Assert.True(span.Duration > TimeSpan.Zero);
    }
}
