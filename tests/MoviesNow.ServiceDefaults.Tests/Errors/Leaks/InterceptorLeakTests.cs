using Grpc.Core;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing;
using Npgsql;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Tests.Errors.Leaks;

/// <summary>Rate limits, idempotency and the trail outlive the failures of what they need, and tell nothing of callers, keys or rows.</summary>
public sealed class InterceptorLeakTests(GarnetOutageFixture garnet, PostgresFixture postgres) : IClassFixture<GarnetOutageFixture>, IClassFixture<PostgresFixture>
{
    private const string IdempotencyKey = "planted-idempotency-key";

    [Fact]
    public async Task Mutation_RedisAndTrailThatFail_RunsAndTellsNothing()
    {
        await using var host = await HostAsync(await postgres.CreateDatabaseAsync());
        await host.ConnectRedisAsync();

        var recorded = await host.MutateAsync(_ => Task.CompletedTask, $"{IdempotencyKey}-1");
        await garnet.Server.KillAsync();
        var unprotected = await host.MutateAsync(_ => Task.CompletedTask, $"{IdempotencyKey}-2");
        await garnet.Server.StartAsync();

        Assert.Equal((StatusCode.OK, StatusCode.OK), (recorded.Code, unprotected.Code));
        Assert.Contains(IdempotencyStatus.Recorded, recorded.Everything, StringComparison.Ordinal);
        Assert.Contains(IdempotencyStatus.Unprotected, unprotected.Everything, StringComparison.Ordinal);
        Assert.Contains("An audit entry was not written: PostgresException 42P01", host.Logs.Text.Replace("Npgsql.", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Mutations run without idempotency records", host.Logs.Text, StringComparison.Ordinal);
        Assert.Contains("Each replica limits rates alone", host.Logs.Text, StringComparison.Ordinal);
        await host.AssertNothingToldAsync(recorded);
        await host.AssertNothingToldAsync(unprotected);
    }

    [Fact]
    public async Task Mutation_TrailOutOfReach_RunsAndTellsNothing()
    {
        await using var host = await HostAsync("Host=planted-host.invalid;Username=planted_user;Password=planted-password;Database=planted_database");

        var answer = await host.MutateAsync(_ => Task.CompletedTask, IdempotencyKey);

        Assert.Equal(StatusCode.OK, answer.Code);
        Assert.Contains("An audit entry was not written", host.Logs.Text, StringComparison.Ordinal);
        await host.AssertNothingToldAsync(answer);
    }

    [Fact]
    public async Task Mutation_RecordOfAnotherType_IsADefectAndTellsNothing()
    {
        await using var host = await HostAsync(await postgres.CreateDatabaseAsync());
        await using var redis = await ConnectionMultiplexer.ConnectAsync(garnet.Server.ConnectionString);
        await host.MutateAsync(_ => Task.CompletedTask, $"{IdempotencyKey}-3");
        foreach (var key in redis.GetServers()[0].Keys(pattern: "mn:*").ToArray())
        {
            await redis.GetDatabase().KeyDeleteAsync(key);
            await redis.GetDatabase().ListLeftPushAsync(key, "planted-value");
        }

        var answer = await host.MutateAsync(_ => Task.CompletedTask, $"{IdempotencyKey}-3");

        await host.AssertNothingToldAsync(answer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("planted key with spaces")]
    public async Task Mutation_MalformedKey_IsNotRepeated(string key)
    {
        await using var host = await HostAsync(await postgres.CreateDatabaseAsync());

        var answer = await host.MutateAsync(_ => Task.CompletedTask, key);

        Assert.Equal("INVALID_FIELDS", answer.Reason);
        await host.AssertNothingToldAsync(answer);
    }

    private Task<LeakHost> HostAsync(string database) => LeakHost.StartAsync(
        builder =>
        {
            builder.AddPostgres("db");
            builder.AddAuditTrail();
            builder.AddRedis("redis", isVital: false);
        },
        [new NpgsqlConnectionStringBuilder(database).Password!, ConfigurationOptions.Parse(garnet.Server.ConnectionString).Password!, $"127.0.0.1:{garnet.Server.Port}", "mn:idempotency", "mn:rate", Who.Admin.Subject],
        ("ConnectionStrings:db", database),
        ("ConnectionStrings:redis", garnet.Server.ConnectionString),
        ("RateLimits:Enabled", "true"));
}
