using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Postgres;

/// <summary>What keeps the tables small that are written most.</summary>
public sealed class VacuumTests(PostgresOutageFixture postgres) : IClassFixture<PostgresOutageFixture>
{
    [Theory]
    [InlineData("playback_session", "fillfactor=70", "autovacuum_vacuum_scale_factor=0.02")]
    [InlineData("playback_event", "autovacuum_vacuum_insert_scale_factor=0.05", "autovacuum_freeze_min_age=0")]
    [InlineData("rejected_event", "autovacuum_vacuum_insert_scale_factor=0.05", "autovacuum_freeze_min_age=0")]
    public async Task NewDay_HasTheSettingsOfItsLoad(string parent, params string[] expected)
    {
        await using var host = await TelemetryHost.StartAsync(await postgres.Server.CreateDatabaseAsync());
        await host.StartSessionAsync();

        var options = await host.ScalarAsync<string[]>($"""
            SELECT c.reloptions FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = '{parent}'::regclass ORDER BY c.relname LIMIT 1
            """);

        Assert.All(expected, option => Assert.Contains(option, options));
    }

    /// <summary>A session's row is updated with each of its batches; a new version beside the old one needs no entry in any index, and no vacuum.</summary>
    [Fact]
    public async Task AppendEvents_ManyBatchesOfOneSession_NeitherGrowTheTableNorItsIndexes()
    {
        await using var host = await TelemetryHost.StartAsync(await postgres.Server.CreateDatabaseAsync());
        var session = await host.StartSessionAsync();
        await host.As(null).AppendEventsAsync(Append(session, Event(1, EventType.Play)));
        for (var sequence = 2; sequence <= 200; sequence++)
        {
            await host.As(null).AppendEventsAsync(Append(session, Event(sequence)));
        }

        await Eventually.HoldsAsync(async () => await SumAsync(host, "n_tup_upd") >= 200);
        Assert.True(await SumAsync(host, "n_tup_hot_upd") >= 0.95 * await SumAsync(host, "n_tup_upd"), "Updates write to indexes.");
        Assert.InRange(await SumAsync(host, "pg_relation_size(relid)"), 1, 64 * 1_024);
    }

    private static Task<long> SumAsync(TelemetryHost host, string column) =>
        host.ScalarAsync<long>($"SELECT coalesce(sum({column}), 0)::bigint FROM pg_stat_user_tables WHERE relname LIKE 'playback_session_%'");
}
