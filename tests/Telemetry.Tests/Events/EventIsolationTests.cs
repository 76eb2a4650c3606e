using MoviesNow.Common.V1;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Events;

/// <summary>A database that refuses some events, for reasons that the rules do not know.</summary>
public sealed class EventIsolationTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private TelemetryHost _host = null!;
    private StartSessionResponse _session = null!;

    public async Task InitializeAsync()
    {
        _host = await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync());
        _session = await _host.StartSessionAsync();
        await RunAsync("ALTER TABLE playback_event ADD CONSTRAINT injected CHECK (sequence % 100 <> 13)");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task AppendEvents_DatabaseRefusesEventsOfACall_RejectsThemAlone()
    {
        var response = await _host.As(null).AppendEventsAsync(Append(_session, Enumerable.Range(1, 500).Select(i => Event(i))));

        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), response.Results.Select(result => result.Sequence));
        var rejected = response.Results.Where(result => result.Verdict is EventVerdict.Rejected).ToList();
        Assert.Equal([13, 113, 213, 313, 413], rejected.Select(result => result.Sequence));
        Assert.All(rejected, result => Assert.Equal(EventIsolation.Reason, result.Reason));
        Assert.Equal(495, (await _host.GetSessionAsync(_session.SessionId)).EventCount);
        Assert.Equal(495, (await _host.ListEventsAsync(_session.SessionId)).Count);
        Assert.Equal(5L, await _host.ScalarAsync<long>($"SELECT count(*) FROM rejected_event WHERE reason = '{EventIsolation.Reason}'"));
        Assert.Equal(Event(13), PlaybackEvent.Parser.ParseFrom(
            await _host.ScalarAsync<byte[]>("SELECT payload FROM rejected_event ORDER BY id LIMIT 1")));
    }

    [Fact]
    public async Task AppendEvents_DatabaseRefusesOneCallOfABatch_HarmsNoOther()
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _host.StartSessionAsync()));
        Task<AppendEventsResponse>[] calls;
        await using (var connection = await _host.Database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // While the sessions are locked, the calls gather in batches.
            await using var hold = new NpgsqlCommand("SELECT FROM playback_session FOR UPDATE", connection, transaction);
            await hold.ExecuteNonQueryAsync();
            calls = [.. sessions.Select((session, i) => _host.As(null).AppendEventsAsync(Append(session, Event(i))).ResponseAsync)];
            await Eventually.HoldsAsync(() => Task.FromResult(_host.Get<WriteQueue>().HeldEvents == 20));
        }

        var verdicts = (await Task.WhenAll(calls)).Select(answer => answer.Results[0].Verdict).ToList();
        Assert.Equal([0, 13], verdicts.Index().Where(item => item.Item is EventVerdict.Rejected).Select(item => item.Index));
        Assert.Equal(18, verdicts.Count(verdict => verdict is EventVerdict.Accepted));
    }

    [Fact]
    public async Task AppendEvents_DatabaseFailsForAnotherReason_RejectsNothing()
    {
        await RunAsync("ALTER TABLE qoe_delta RENAME TO qoe_delta_away");

        await RpcAssert.FailsAsync(ErrorReason.Internal, async () => await _host.As(null).AppendEventsAsync(Append(_session, Event(1, EventType.Play), Event(2))));

        Assert.Equal(0L, await _host.ScalarAsync<long>("SELECT count(*) FROM rejected_event"));
        await RunAsync("ALTER TABLE qoe_delta_away RENAME TO qoe_delta");
        Assert.Equal("1:Accepted 2:Accepted", Verdicts((await _host.As(null).AppendEventsAsync(Append(_session, Event(1, EventType.Play), Event(2)))).Results));
    }

    private async Task RunAsync(string sql)
    {
        await using var command = _host.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
