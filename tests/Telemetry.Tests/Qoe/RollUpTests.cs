using MoviesNow.Telemetry.Qoe;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Qoe;

public sealed class RollUpTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private static readonly DateTimeOffset Noon = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddHours(-12);

    private readonly TelemetryHost _host = shared.Host;

    [Fact]
    public async Task RollUp_ManyWritersAndReplicas_CountsEachDeltaOnce()
    {
        var title = Guid.CreateVersion7();
        _host.Invoker(Identity.Admin, replica: 0);
        _host.Invoker(Identity.Admin, replica: 1);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 25; i++)
            {
                await Delta.WriteAsync(_host.Database, Enumerable.Range(0, 40).Select(n =>
                    new Delta(Noon.AddMinutes(n)) { Title = title, Country = writer % 2 == 0 ? "NO" : "DE" }
                        .With(QoeColumn.SessionCount, 1).With(QoeColumn.PresentMs, n * 10)));
            }
        }));
        await Delta.RolledUpAsync(_host);

        foreach (var level in Enum.GetValues<QoeLevel>())
        {
            Assert.Equal((8 * 25 * 40, 8 * 25 * 7_800), await SumsAsync(level, QoeDimensions.All, title));
        }

        Assert.Equal((8 * 25 * 40, 8 * 25 * 7_800), await SumsAsync(QoeLevel.Day, QoeDimensions.Title, title));
        Assert.Equal(8 * 25 * 390L, await _host.ScalarAsync<long>($"""
            SELECT max(q.presence[39]) FROM qoe_hour q JOIN qoe_key k ON k.id = q.key WHERE k.dimensions = 1 AND k.title_id = '{title}'
            """));
        Assert.Equal(0L, await _host.ScalarAsync<long>("SELECT count(*) FROM qoe_delta"));
    }

    [Fact]
    public async Task RollUp_TransactionFails_CountsNothingTwice()
    {
        var title = Guid.CreateVersion7();
        await ExecuteAsync("ALTER TABLE qoe_day ADD CONSTRAINT fault CHECK (completions <> 77)");
        await Delta.WriteAsync(_host.Database, new Delta(Noon) { Title = title }.With(QoeColumn.Completions, 77));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(async () =>
        {
            while (await _host.Get<RollUp>().RunAsync(CancellationToken.None))
            {
                // Another replica had the lock.
            }
        });
        await ExecuteAsync("ALTER TABLE qoe_day DROP CONSTRAINT fault");

        await Delta.RolledUpAsync(_host);

        Assert.Equal(77L, await _host.ScalarAsync<long>(
            $"SELECT sum(q.completions)::bigint FROM qoe_minute q JOIN qoe_key k ON k.id = q.key WHERE k.dimensions = 31 AND k.title_id = '{title}'"));
    }

    [Fact]
    public async Task RollUp_TooManyAtOnce_TakesFewer()
    {
        var title = Guid.CreateVersion7();
        await ExecuteAsync("""
            CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT count(*) FROM taken) > 1000 THEN RAISE 'too many'; END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER fault AFTER DELETE ON qoe_delta REFERENCING OLD TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION fault()
            """);
        await Delta.WriteAsync(_host.Database, Enumerable.Range(0, 3_000).Select(n =>
            new Delta(Noon.AddMinutes(n % 60)) { Title = title }.With(QoeColumn.SessionCount, 1)));

        await Delta.RolledUpAsync(_host);
        await ExecuteAsync("DROP FUNCTION fault CASCADE");

        Assert.Equal((3_000, 0L), await SumsAsync(QoeLevel.Hour, QoeDimensions.All, title));
    }

    [Fact]
    public async Task CompleteUntil_TransactionUnderWay_IsNotPassedOnceItIsCommitted()
    {
        var title = Guid.CreateVersion7();
        await using var connection = await _host.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new Npgsql.NpgsqlCommand($"""
            INSERT INTO qoe_delta SELECT '{Noon:O}', '{title}', '{Guid.Empty}', '', '', '', -1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
            """, connection);
        await insert.ExecuteNonQueryAsync();
        await Delta.RolledUpAsync(_host);
        Assert.Equal((0L, 0L), await SumsAsync(QoeLevel.Minute, QoeDimensions.All, title));

        await transaction.CommitAsync();
        await Delta.RolledUpAsync(_host);

        Assert.Equal((1L, 0L), await SumsAsync(QoeLevel.Minute, QoeDimensions.All, title));
    }

    [Fact]
    public async Task Retention_PastSums_AreRemovedByLevel()
    {
        var today = QoeLevel.Day.Floor(DateTimeOffset.UtcNow);
        var title = Guid.CreateVersion7();
        await Delta.RollUpAsync(_host, ((int[])[44, 46, 399, 401, 3_000]).Select(days =>
            new Delta(today.AddDays(-days)) { Title = title }.With(QoeColumn.SessionCount, 1).WithStart(1_000)));

        await _host.Get<QoeRetention>().RunAsync(CancellationToken.None);

        Assert.Equal((1, 0), await SumsAsync(QoeLevel.Minute, QoeDimensions.All, title));
        Assert.Equal((3, 0), await SumsAsync(QoeLevel.Hour, QoeDimensions.All, title));
        Assert.Equal((5, 0), await SumsAsync(QoeLevel.Day, QoeDimensions.All, title));
        Assert.Equal("1 3 5", await _host.ScalarAsync<string>($"""
            WITH title AS (SELECT id FROM qoe_key WHERE dimensions = 31 AND title_id = '{title}')
            SELECT (SELECT count(*) FROM qoe_minute_startup JOIN title ON key = id) || ' ' || (SELECT count(*) FROM qoe_hour_startup JOIN title ON key = id)
                || ' ' || (SELECT count(*) FROM qoe_day_startup JOIN title ON key = id)
            """));
    }

    [Fact]
    public async Task Aggregates_AfterRollUp_NameNoViewerAndNoSession()
    {
        var columns = await _host.ScalarAsync<string>("""
            SELECT string_agg(DISTINCT column_name, ' ' ORDER BY column_name) FROM information_schema.columns
            WHERE table_name LIKE 'qoe\_%' AND (column_name LIKE '%viewer%' OR column_name LIKE '%session%' OR column_name LIKE '%address%')
            """);

        Assert.Equal("session_count", columns);
    }

    private async Task<(long Sessions, long PresentMs)> SumsAsync(QoeLevel level, QoeDimensions set, Guid title)
    {
        await using var command = _host.Database.CreateCommand($"""
            SELECT coalesce(sum(q.session_count), 0)::bigint, coalesce(sum(q.present_ms), 0)::bigint
            FROM {level.Table()} q JOIN qoe_key k ON k.id = q.key WHERE k.dimensions = {(int)set} AND k.title_id = '{title}'
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _host.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
