using System.Diagnostics;
using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Postgres;

/// <summary>Two servers, one of which follows the other: the service uses the primary, whichever that is.</summary>
public sealed class SwitchoverTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    // The primary dies, and its standby is promoted. Named last and first, for the driver asks hosts in order.
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_PrimaryDiesAndStandbyIsPromoted_AreUnavailableAndRecoverByThemselves(bool primaryFirst)
    {
        await using var primary = await TestPostgres.StartNewAsync();
        const string Name = "catalogdb";
        await primary.ScalarAsync($"CREATE DATABASE {Name}");
        await using var standby = await primary.StartStandbyAsync();
        var hosts = primaryFirst ? primary.ConnectionString(standby, Name) : standby.ConnectionString(primary, Name);

        // As an operator may write it, and without the word: a service that writes wants the primary in any case.
        var settings = primaryFirst ? $"{hosts};Target Session Attributes=primary" : hosts;
        Assert.Equal(0, await Schema.MigrateCommandTests.MigrateAsync(settings));
        await using var replica = new Replica(settings, garnet.ConnectionString);
        var before = await replica.TitleAsync(published: true);
        await UntilFollowedAsync(primary, standby);

        await primary.KillAsync();
        for (var i = 0; i < 3; i++)
        {
            var refused = await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, async () =>
                await replica.Admin.Titles.CreateTitleAsync(new() { Kind = TitleKind.Movie, Name = "x" }, deadline: InTenSeconds()));
            Assert.NotNull(RpcErrors.DetailOf<Google.Rpc.RetryInfo>(refused));
        }

        await standby.PromoteAsync();
        var begin = Stopwatch.GetTimestamp();
        var after = await SucceedsAsync(begin, () => replica.TitleAsync(published: true));

        Assert.Equal(before.Id, (await replica.Public.Titles.GetTitleAsync(new() { TitleId = before.Id })).Title.Id);
        Assert.Equal(after.Id, (await replica.Public.Titles.GetTitleAsync(new() { TitleId = after.Id })).Title.Id);

        // Migrations find it, too.
        Assert.Equal(0, await Schema.MigrateCommandTests.MigrateAsync(settings));
    }

    private static DateTime InTenSeconds() => DateTime.UtcNow.AddSeconds(10);

    private static async Task UntilFollowedAsync(TestPostgres primary, TestPostgres standby)
    {
        var written = (string)(await primary.ScalarAsync("SELECT pg_current_wal_flush_lsn()::text"))!;
        await Eventually.HoldsAsync(async () => await standby.ScalarAsync($"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn") is true);
    }

    /// <summary>Repeats a call as its errors say, for as long as a service may take to recover.</summary>
    private static async Task<T> SucceedsAsync<T>(long begin, Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable && Stopwatch.GetElapsedTime(begin) < Limit)
            {
                await Task.Delay(RpcErrors.DetailOf<Google.Rpc.RetryInfo>(e)!.RetryDelay.ToTimeSpan());
            }
        }
    }
}
