using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using Telemetry.Tests.Hosting;
using static Telemetry.Tests.Hosting.Samples;

namespace Telemetry.Tests.Sessions;

/// <summary>Silent sessions end. The tests bring the hour; the service's own schedule goes by the clock and finds nothing to do.</summary>
public sealed class SessionTimeoutTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private TelemetryHost _host = null!;
    private DeltaLog _deltas = null!;

    public async Task InitializeAsync()
    {
        _host = await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync());
        _deltas = await DeltaLog.StartAsync(_host.Database);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("", 4, SessionState.Initiated)]
    [InlineData("", 6, SessionState.Aborted)]
    [InlineData("play", 4, SessionState.Playing)]
    [InlineData("play", 6, SessionState.Ended)]
    [InlineData("play pause", 29, SessionState.Paused)]
    [InlineData("play pause", 31, SessionState.Ended)]
    [InlineData("play pause resume", 6, SessionState.Ended)]
    public async Task Step_Silence_EndsTheSessionAfterItsTime(string story, int minutes, SessionState state)
    {
        var session = await SessionAsync(story);
        var before = await _host.GetSessionAsync(session.SessionId);

        await StepAtAsync(before.LastEventTime.ToDateTimeOffset().AddMinutes(minutes));

        var after = await _host.GetSessionAsync(session.SessionId);
        Assert.Equal(state, after.State);
        Assert.Equal(state is SessionState.Ended or SessionState.Aborted ? SessionEndReason.Timeout : SessionEndReason.Unspecified, after.EndReason);
        Assert.Equal(after.EndReason is SessionEndReason.Timeout ? before.LastEventTime : null, after.EndTime);
    }

    [Fact]
    public async Task Step_SessionEndedByItself_StaysAsItIs()
    {
        var session = await SessionAsync("play complete");
        var before = await _host.GetSessionAsync(session.SessionId);

        Assert.Equal((0, 0), await StepAtAsync(DateTimeOffset.UtcNow.AddDays(1)));

        Assert.Equal(before, await _host.GetSessionAsync(session.SessionId));
    }

    [Fact]
    public async Task Step_SessionWasHeardOfAgain_LooksLater()
    {
        var session = await SessionAsync("play");
        var soon = DateTimeOffset.UtcNow.AddMinutes(4);
        await SilentSinceAsync(session, soon);

        Assert.Equal((1, 0), await StepAtAsync(soon.AddMinutes(3)));
        Assert.Equal((0, 0), await StepAtAsync(soon.AddMinutes(4.9)));
        Assert.Equal((1, 1), await StepAtAsync(soon.AddMinutes(5.1)));
    }

    [Fact]
    public async Task AppendEvents_AfterATimeout_RevivesTheSessionAndCorrectsTheDeltas()
    {
        var click = DateTimeOffset.UtcNow;
        var session = await _host.StartSessionAsync(request => request.ClientTime = click.ToTimestamp());
        var title = (await _host.GetSessionAsync(session.SessionId)).Content.TitleId;
        await StepAtAsync(click.AddHours(1));
        Assert.Equal(1, (await _deltas.SumsAsync(title)).Values.Sum(counts => counts.ExitsBeforeStart));

        await _host.As(null).AppendEventsAsync(Append(session, At(1, EventType.Play, click, 0)));
        await StepAtAsync(click.AddHours(2));
        await _host.As(null).AppendEventsAsync(Append(session, At(2, EventType.Heartbeat, click.AddSeconds(60), 60_000)));

        var revived = await _host.GetSessionAsync(session.SessionId);
        Assert.Equal((SessionState.Playing, SessionEndReason.Unspecified, null), (revived.State, revived.EndReason, revived.EndTime));
        Assert.Equal(60_000, revived.Measures.WatchTimeMs);
        var sums = (await _deltas.SumsAsync(title)).Values;
        Assert.Equal((1, 1, 0, 60_000), (
            sums.Sum(counts => counts.SessionCount), sums.Sum(counts => counts.StartCount), sums.Sum(counts => counts.ExitsBeforeStart), sums.Sum(counts => counts.WatchMs)));
        Assert.Equal((1, 1), await StepAtAsync(click.AddHours(3)));
    }

    [Fact]
    public async Task Step_AnotherReplicaIsAtIt_DoesNothing()
    {
        await SessionAsync("play");
        await using var connection = await _host.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var take = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext('telemetry session timeouts'))", connection, transaction);
        await take.ExecuteNonQueryAsync();

        Assert.Null(await Timeouts(DateTimeOffset.UtcNow.AddDays(1)).StepAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Step_SessionIsBeingWrittenTo_IsPassedOver()
    {
        var (busy, silent) = (await SessionAsync("play"), await SessionAsync("play"));
        await using (var connection = await _host.Database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand($"SELECT FROM playback_session WHERE id = '{busy.SessionId}' FOR UPDATE", connection, transaction);
            await hold.ExecuteNonQueryAsync();
            Assert.Equal((1, 1), await StepAtAsync(DateTimeOffset.UtcNow.AddDays(1)));
        }

        Assert.Equal(SessionState.Playing, (await _host.GetSessionAsync(busy.SessionId)).State);
        Assert.Equal(SessionState.Ended, (await _host.GetSessionAsync(silent.SessionId)).State);
    }

    [Fact]
    public async Task Run_ManySilentSessions_EndsAllStepByStep()
    {
        const int Sessions = SessionTimeouts.StepSize + 7;
        var template = (await SessionAsync("")).SessionId;
        await _host.ScalarAsync<long>($"""
            WITH copies AS (
                INSERT INTO playback_session
                SELECT copy.* FROM playback_session template, generate_series(1, {Sessions - 1}) n,
                    jsonb_populate_record(template, jsonb_build_object('id', overlay(template.id::text PLACING lpad(to_hex(n), 12, '0') FROM 25))) AS copy
                WHERE template.id = '{template}' RETURNING 1)
            SELECT count(*) FROM copies
            """);
        var schedule = new TimeoutSchedule(
            Timeouts(DateTimeOffset.UtcNow.AddDays(1)), _host.Get<TelemetryMetrics>(), TimeProvider.System, NullLogger<TimeoutSchedule>.Instance);

        Assert.Equal(Sessions, await schedule.RunAsync(CancellationToken.None));

        Assert.Equal(Sessions, await _host.ScalarAsync<long>("SELECT count(*) FROM playback_session WHERE state = 5 AND end_reason = 4"));
        Assert.Equal(Sessions, (await _deltas.SumsAsync(null)).Values.Sum(counts => counts.ExitsBeforeStart));
    }

    [Fact]
    public async Task SendHeartbeat_Always_LeavesTheIndexesAlone()
    {
        var session = await SessionAsync("play");
        for (var i = 100; i < 300; i++)
        {
            await _host.As(null).AppendEventsAsync(Append(session, Event(i)));
        }

        // Statistics come late. The first updates of a page's rows may need another page.
        await Eventually.HoldsAsync(async () => await _host.ScalarAsync<long>(
            "SELECT coalesce(sum(n_tup_upd), 0)::bigint FROM pg_stat_user_tables WHERE relname LIKE 'playback_session_2%'") >= 200);
        Assert.InRange(await _host.ScalarAsync<long>(
            "SELECT sum(n_tup_upd - n_tup_hot_upd)::bigint FROM pg_stat_user_tables WHERE relname LIKE 'playback_session_2%'"), 0, 20);
    }

    private static PlaybackEvent At(int sequence, EventType type, DateTimeOffset time, int position) =>
        Event(sequence, type, e => (e.ClientTime, e.PositionMs) = (time.ToTimestamp(), position));

    private SessionTimeouts Timeouts(DateTimeOffset now) => new(_host.Database, _host.Get<SessionSilence>(), new ClockAt(now));

    private Task<(int Seen, int Ended)?> StepAtAsync(DateTimeOffset now) => Timeouts(now).StepAsync(CancellationToken.None);

    private async Task<StartSessionResponse> SessionAsync(string story)
    {
        var session = await _host.StartSessionAsync();
        foreach (var (i, word) in story.Split(' ', StringSplitOptions.RemoveEmptyEntries).Index())
        {
            await _host.As(null).AppendEventsAsync(Append(session, Event(i + 1, System.Enum.Parse<EventType>(word, ignoreCase: true))));
        }

        return session;
    }

    private async Task SilentSinceAsync(StartSessionResponse session, DateTimeOffset time)
    {
        await using var command = _host.Database.CreateCommand("UPDATE playback_session SET last_event_at = $1 WHERE id = $2");
        command.Parameters.Add(new() { Value = time });
        command.Parameters.Add(new() { Value = Guid.Parse(session.SessionId) });
        await command.ExecuteNonQueryAsync();
    }
}
