using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Common.V1;
using MoviesNow.Testing;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Tests.Errors.Leaks;

/// <summary>Whatever fails at a real Redis-compatible server, nobody learns keys, values, commands or where it is.</summary>
public sealed class RedisLeakTests(GarnetOutageFixture garnet) : IClassFixture<GarnetOutageFixture>
{
    private const string Key = "mn:planted-key";

    private static readonly Dictionary<string, (ErrorReason Reason, Func<IDatabase, Task> Work)> Failures = new(StringComparer.Ordinal)
    {
        ["a value of another type"] = (ErrorReason.Internal, async redis =>
        {
            await redis.ListLeftPushAsync(Key, "planted-value");
            await redis.StringGetAsync(Key);
        }
        ),
        ["a value that is no number"] = (ErrorReason.Internal, async redis =>
        {
            await redis.StringSetAsync("mn:planted-text", "planted-value");
            await redis.StringIncrementAsync("mn:planted-text");
        }
        ),
        ["no such command"] = (ErrorReason.Internal, redis => redis.ExecuteAsync("PLANTED", "planted-value")),
        ["a malformed script"] = (ErrorReason.Internal, redis => redis.ScriptEvaluateAsync("return planted(", [Key], ["planted-value"])),
        ["a server that does not answer in time"] = (ErrorReason.DependencyUnavailable, redis => redis.ExecuteAsync("BLPOP", "mn:planted-empty", 0)),
    };

    public static TheoryData<string> Kinds() => new(Failures.Keys);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Call_CommandThatFails_TellsTheReasonAlone(string kind)
    {
        var (reason, work) = Failures[kind];
        await using var host = await HostAsync(garnet.Server.ConnectionString);

        var answer = await host.CallAsync(_ => work(DatabaseOf(host)));

        await host.AssertOnlyTheReasonIsToldAsync(reason, answer);
    }

    [Theory]
    [InlineData("password=planted-wrong-password", ErrorReason.DependencyUnavailable)]
    [InlineData("user=planted_nobody", ErrorReason.Internal)]
    public async Task Call_ConnectionThatIsRefused_TellsTheReasonAlone(string setting, ErrorReason reason)
    {
        await using var host = await HostAsync($"{garnet.Server.ConnectionString},{setting}");

        var answer = await host.CallAsync(_ => DatabaseOf(host).StringGetAsync(Key));

        await host.AssertOnlyTheReasonIsToldAsync(reason, answer);
    }

    [Fact]
    public async Task Health_RedisOutOfReach_TellsTheStateAlone()
    {
        await using var host = await HostAsync($"{garnet.Server.ConnectionString},password=planted-wrong-password");
        await host.AssertHealthTellsNothingAsync("Unhealthy");
    }

    [Fact]
    public async Task Call_ServerKilledInMidCallAndThenGone_TellsTheReasonAlone()
    {
        await using var host = await HostAsync(garnet.Server.ConnectionString);

        var killed = await host.CallAsync(async _ =>
        {
            var redis = DatabaseOf(host);
            await host.ConnectRedisAsync();
            var waiting = redis.ExecuteAsync("BLPOP", "mn:planted-empty", 0);
            await garnet.Server.KillAsync();
            await waiting;
        });
        var refused = await host.CallAsync(_ => DatabaseOf(host).StringSetAsync(Key, "planted-value"));
        await garnet.Server.StartAsync();

        Assert.Equal("DEPENDENCY_UNAVAILABLE", killed.Reason);
        await host.AssertNothingToldAsync(killed);
        await host.AssertOnlyTheReasonIsToldAsync(ErrorReason.DependencyUnavailable, refused);
    }

    [Fact]
    public async Task Call_DeadlineThatPasses_TellsThatAlone()
    {
        await using var host = await HostAsync(garnet.Server.ConnectionString);

        var answer = await host.CallAsync(
            context => DatabaseOf(host).ExecuteAsync("BLPOP", "mn:planted-empty", 0).WaitAsync(context.CancellationToken), ("grpc-timeout", "300m"));

        Assert.Equal(StatusCode.DeadlineExceeded, answer.Code);
        await host.AssertNothingToldAsync(answer);
    }

    [Fact]
    public async Task Call_CallerWhoLeaves_IsNoFailureAndTellsNothing()
    {
        await using var host = await HostAsync(garnet.Server.ConnectionString);

        await host.CallAndLeaveAsync(async (context, leave) =>
        {
            var waiting = DatabaseOf(host).ExecuteAsync("BLPOP", "mn:planted-empty", 0);
            leave();
            await waiting.WaitAsync(context.CancellationToken);
        });

        await host.AssertNothingToldAsync();
        Assert.Empty(host.Logs.Errors);
    }

    private Task<LeakHost> HostAsync(string connectionString) => LeakHost.StartAsync(
        builder => builder.AddRedis("redis", isVital: true),
        [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{garnet.Server.Port}"), ConfigurationOptions.Parse(garnet.Server.ConnectionString).Password!],
        ("ConnectionStrings:redis", connectionString));

    private static IDatabase DatabaseOf(LeakHost host) => host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
}
