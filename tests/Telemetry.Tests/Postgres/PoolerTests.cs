using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Telemetry.Partitions;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Postgres;

/// <summary>The service behind PgBouncer in transaction mode: four sessions of the server, which belong to nobody.</summary>
public sealed class PoolerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Service_BehindATransactionPooler_WritesCountsAndDropsDays()
    {
        var direct = await postgres.CreateDatabaseAsync();
        await using var host = await TelemetryHost.StartAsync(
            direct,
            ("ConnectionStrings:telemetrydb", await postgres.PooledAsync(direct)),
            ("ConnectionStrings:telemetrydb_direct", direct),
            ("Postgres:Pooler", "Transaction"));

        // More at once than there are sessions.
        var sessions = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => host.StartSessionAsync()));
        await Task.WhenAll(sessions.Select(async session =>
        {
            for (var sequence = 1; sequence <= 10; sequence++)
            {
                var answer = await host.As(null).AppendEventsAsync(Append(session, Event(sequence, sequence == 1 ? EventType.Play : EventType.Heartbeat)));
                Assert.Equal(EventVerdict.Accepted, Assert.Single(answer.Results).Verdict);
            }
        }));

        Assert.Equal(120L, await host.ScalarAsync<long>("SELECT count(*) FROM playback_event"));
        Assert.Equal(10, (await host.ListEventsAsync(sessions[0].SessionId)).Count);

        // All sums, and a retention that needs a session of its own.
        await Eventually.HoldsAsync(async () => await host.ScalarAsync<long>("SELECT count(*) FROM qoe_delta") == 0);
        Assert.True(await host.ScalarAsync<long>("SELECT count(*) FROM qoe_day") > 0);
        var tomorrow = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(2);
        Assert.True(await host.Services.GetRequiredService<DayRetention>().DropBeforeAsync(tomorrow, CancellationToken.None) >= 3);
        Assert.Equal(0L, await host.ScalarAsync<long>("""
            SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """));
    }
}
