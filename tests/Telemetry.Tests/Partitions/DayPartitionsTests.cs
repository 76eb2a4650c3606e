using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.Partitions;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Partitions;

public sealed class DayPartitionsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    // The service itself drops days of the past.
    private static readonly DateOnly FarAhead = new(2101, 9, 9);
    private TelemetryHost _host = null!;

    public async Task InitializeAsync() => _host = await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task EnsureAsync_ManyReplicasAtOnce_CreatesEachDayOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new DayPartitions(_host.Database).EnsureAsync(FarAhead, days: 2, CancellationToken.None)));

        Assert.Equal(6L, await CountAsync("21010909", "21010910"));
    }

    [Theory]
    [InlineData("2101-09-09T00:00:00Z", "playback_session_21010909")]
    [InlineData("2101-09-09T23:59:59.999Z", "playback_session_21010909")]
    [InlineData("2101-09-10T00:00:00Z", "playback_session_21010910")]
    public async Task StartAsync_DayHasNoPartition_CreatesItAndStoresTheSessionThere(string start, string table)
    {
        var session = SessionAt(DateTimeOffset.Parse(start));

        await _host.Get<SessionStore>().StartAsync(session, effectId: null, CancellationToken.None);

        Assert.Equal(table, await _host.ScalarAsync<string>($"SELECT tableoid::regclass::text FROM playback_session WHERE id = '{session.Id}'"));
    }

    [Fact]
    public async Task AppendEvents_SessionOfAnotherDay_StoresEventsBesideTheSession()
    {
        var session = SessionAt(new DateTimeOffset(2101, 9, 9, 12, 0, 0, TimeSpan.Zero));
        await _host.Get<SessionStore>().StartAsync(session, effectId: null, CancellationToken.None);

        await _host.As(Identity.Service).AppendEventsAsync(new() { SessionId = session.Id.ToString(), Events = { Samples.Event(1), Samples.Event(0) } });

        Assert.Equal(1L, await _host.ScalarAsync<long>("SELECT count(*) FROM playback_event_21010909"));
        Assert.Equal(1L, await _host.ScalarAsync<long>("SELECT count(*) FROM rejected_event_21010909"));
    }

    [Fact]
    public async Task Maintenance_Runs_CreatesDaysAheadAndDropsThosePastTheirRetention()
    {
        var old = SessionAt(new DateTimeOffset(2101, 9, 9, 12, 0, 0, TimeSpan.Zero));
        var kept = SessionAt(old.Summary.StartTime.AddDays(1));
        await _host.Get<SessionStore>().StartAsync(old, Guid.NewGuid(), CancellationToken.None);
        await _host.Get<SessionStore>().StartAsync(kept, Guid.NewGuid(), CancellationToken.None);
        var options = Options.Create(new TelemetryOptions { RetentionDays = 30 });
        using var maintenance = new PartitionMaintenance(
            _host.Get<DayPartitions>(), _host.Get<DayRetention>(), options, new ClockAt(kept.Summary.StartTime.AddDays(30)), NullLogger<PartitionMaintenance>.Instance);

        await maintenance.RunAsync(CancellationToken.None);

        Assert.Equal(0L, await CountAsync("21010909"));
        Assert.Equal(1L, await _host.ScalarAsync<long>("SELECT count(*) FROM session_start"));
        Assert.Equal(9L, await CountAsync("21011010", "21011011", "21011012"));
        Assert.Null(await _host.Get<SessionStore>().FindAsync(old.Id, CancellationToken.None));
        Assert.NotNull(await _host.Get<SessionStore>().FindAsync(kept.Id, CancellationToken.None));
        Assert.Equal(SessionState.Initiated, (await _host.GetSessionAsync((await _host.StartSessionAsync()).SessionId)).State);
    }

    [Fact]
    public async Task EnsureAsync_DroppedDay_IsCreatedAgain()
    {
        var partitions = _host.Get<DayPartitions>();
        await partitions.EnsureAsync(FarAhead, days: 1, CancellationToken.None);

        Assert.True(await _host.Get<DayRetention>().DropBeforeAsync(FarAhead.AddDays(1), CancellationToken.None) >= 3);
        partitions.ForgetBefore(FarAhead.AddDays(1));
        Assert.Equal(0L, await CountAsync("21010909"));
        await partitions.EnsureAsync(FarAhead, days: 1, CancellationToken.None);

        Assert.Equal(3L, await CountAsync("21010909"));
    }

    [Fact]
    public async Task DropBefore_SomebodyReads_WaitsWithoutMakingWritersWait()
    {
        var old = SessionAt(new DateTimeOffset(2101, 9, 9, 12, 0, 0, TimeSpan.Zero));
        await _host.Get<SessionStore>().StartAsync(old, effectId: null, CancellationToken.None);
        var session = SessionAt(old.Summary.StartTime.AddDays(1));
        await _host.Get<SessionStore>().StartAsync(session, effectId: null, CancellationToken.None);
        var service = _host.As(Identity.Service);
        Task<int> dropping;
        await using (var connection = await _host.Database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var read = new NpgsqlCommand("SELECT count(*) FROM playback_session, playback_event", connection, transaction);
            await read.ExecuteScalarAsync();
            dropping = _host.Get<DayRetention>().DropBeforeAsync(FarAhead.AddDays(1), CancellationToken.None, wait: TimeSpan.FromMinutes(5));
            await Eventually.HoldsAsync(async () => await _host.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE % DETACH %' AND wait_event_type = 'Lock'") == 1);

            // Starts, events and reads of the other days.
            for (var i = 1; i <= 20; i++)
            {
                await service.AppendEventsAsync(new() { SessionId = session.Id.ToString(), Events = { Samples.Event(i), Samples.Event(0) } });
                await _host.Get<SessionStore>().StartAsync(SessionAt(session.Summary.StartTime.AddSeconds(i)), effectId: null, CancellationToken.None);
            }

            Assert.Equal(20, (await _host.GetSessionAsync(session.Id.ToString())).EventCount);
            Assert.False(dropping.IsCompleted);
        }

        Assert.True(await dropping >= 3);
        Assert.Equal(0L, await CountAsync("21010909"));
        Assert.Equal(20, (await _host.ListEventsAsync(session.Id.ToString())).Count);
    }

    [Fact]
    public async Task DropBefore_ReaderTakesTooLong_IsDoneTheNextTime()
    {
        var retention = _host.Get<DayRetention>();
        await _host.Get<SessionStore>().StartAsync(SessionAt(new DateTimeOffset(2101, 9, 9, 12, 0, 0, TimeSpan.Zero)), effectId: null, CancellationToken.None);
        await using (var connection = await _host.Database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var read = new NpgsqlCommand("SELECT count(*) FROM playback_session", connection, transaction);
            await read.ExecuteScalarAsync();
            await Assert.ThrowsAsync<PostgresException>(() =>
                retention.DropBeforeAsync(FarAhead.AddDays(1), CancellationToken.None, wait: TimeSpan.FromMilliseconds(50)));
        }

        Assert.True(await retention.DropBeforeAsync(FarAhead.AddDays(1), CancellationToken.None) >= 3);
        Assert.Equal(0L, await CountAsync("21010909"));
    }

    private static SessionRecord SessionAt(DateTimeOffset start) =>
        new()
        {
            Id = Guid.CreateVersion7(start),
            Viewer = "",
            TitleId = Guid.CreateVersion7(),
            Progress = SessionProgress.Begin(new SessionSummary(start, null), null),
        };

    private Task<long> CountAsync(params string[] days) =>
        _host.ScalarAsync<long>($"SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind = 'r' AND right(c.relname, 8) IN ('{string.Join("','", days)}')");
}
