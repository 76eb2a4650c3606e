using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Tests.Migrations;

public sealed class MigrationRunnerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly MigrationScript First = new(1, "0001_first.sql", "CREATE TABLE first (id int PRIMARY KEY); INSERT INTO first VALUES (1);");
    private static readonly MigrationScript Second = new(2, "0002_second.sql", "CREATE TABLE second (id int PRIMARY KEY REFERENCES first); INSERT INTO second VALUES (1);");
    private static readonly MigrationScript Third = new(3, "0003_third.sql", "ALTER TABLE second ADD COLUMN name text NOT NULL DEFAULT 'x';");

    private string _connectionString = "";
    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        _connectionString = await postgres.CreateDatabaseAsync();
        _database = NpgsqlDataSource.Create(_connectionString);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Run_EmptyDatabase_AppliesAllInOrderAndRecordsThem()
    {
        Assert.Equal(3, await RunAsync(First, Second, Third));

        Assert.Equal(
            "1 0001_first.sql,2 0002_second.sql,3 0003_third.sql",
            await AskAsync("SELECT string_agg(number || ' ' || name, ',' ORDER BY number) FROM schema_migration"));
        Assert.Equal("x", await AskAsync("SELECT name FROM second"));
    }

    [Fact]
    public async Task Run_DatabaseThatHasSome_AppliesTheRest()
    {
        Assert.Equal(1, await RunAsync(First));
        Assert.Equal(2, await RunAsync(First, Second, Third));
        Assert.Equal(0, await RunAsync(First, Second, Third));
    }

    [Fact]
    public async Task Run_EightRunnersAtOnce_ApplyEachScriptOnce()
    {
        var slow = new MigrationScript(1, "0001_slow.sql", "CREATE TABLE first (id int); SELECT pg_sleep(0.2);");
        var once = new MigrationScript(2, "0002_once.sql", "INSERT INTO first VALUES (1);");

        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var runner = NpgsqlDataSource.Create(_connectionString);
            return await RunAsync(runner, [slow, once]);
        })));

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 2], applied.Order());
        Assert.Equal("1", await AskAsync("SELECT count(*)::text FROM first"));
    }

    [Fact]
    public async Task Run_AppliedScriptChanged_IsRefusedAndNothingIsApplied()
    {
        await RunAsync(First);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(First with { Sql = "SELECT 1" }, Second));

        Assert.Contains("0001_first.sql", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", await AskAsync("SELECT count(*)::text FROM schema_migration"));
        Assert.Equal(1, await RunAsync(First, Second));
    }

    [Fact]
    public async Task Run_DatabaseOfANewerVersion_IsRefused()
    {
        await RunAsync(First, Second);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(First));

        Assert.Contains("0002_second.sql", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ScriptThatFails_LeavesNothingHalfDoneAndNoLock()
    {
        var broken = new MigrationScript(2, "0002_broken.sql", "CREATE TABLE half (id int); INSERT INTO first VALUES (2); SELECT 1/0;");

        Assert.Equal("22012", (await Assert.ThrowsAsync<PostgresException>(() => RunAsync(First, broken, Third))).SqlState);

        Assert.Equal("1 true", await AskAsync("SELECT count(*) || ' ' || (to_regclass('half') IS NULL) FROM first"));
        Assert.Equal("1", await AskAsync("SELECT count(*)::text FROM schema_migration"));
        Assert.Equal("0", await AskAsync("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"));
        Assert.Equal(2, await RunAsync(First, Second, Third));
    }

    [Fact]
    public async Task Run_ConnectionLostInAScript_TellsOfThatAndCanBeRepeated()
    {
        var suicide = new MigrationScript(2, "0002_lost.sql", "INSERT INTO first VALUES (2); SELECT pg_terminate_backend(pg_backend_pid());");

        Assert.Equal(PostgresErrorCodes.AdminShutdown, (await Assert.ThrowsAsync<PostgresException>(() => RunAsync(First, suicide))).SqlState);

        Assert.Equal("1", await AskAsync("SELECT count(*)::text FROM first"));
        Assert.Equal(1, await RunAsync(First, Second));
    }

    [Fact]
    public async Task Run_ScriptLongerThanTheServicesTimeout_IsNotCutOff()
    {
        await using var hasty = NpgsqlDataSource.Create($"{_connectionString};Command Timeout=1");

        Assert.Equal(1, await RunAsync(hasty, [new MigrationScript(1, "0001_long.sql", "SELECT pg_sleep(1.5)")]));
    }

    [Fact]
    public async Task Run_WhileWaitingForAnother_CanBeCancelled()
    {
        await using var other = await _database.OpenConnectionAsync();
        await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({0x4D4E_6D69_6772_6174})", other);
        await take.ExecuteNonQueryAsync();
        using var giveUp = new CancellationTokenSource();

        var run = new MigrationRunner(_database, NullLogger<MigrationRunner>.Instance).RunAsync([First], giveUp.Token);
        Assert.False(run.IsCompleted);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("true", await AskAsync("SELECT (to_regclass('schema_migration') IS NULL)::text"));
    }

    private Task<int> RunAsync(params MigrationScript[] scripts) => RunAsync(_database, scripts);

    private static Task<int> RunAsync(NpgsqlDataSource database, MigrationScript[] scripts) =>
        new MigrationRunner(database, NullLogger<MigrationRunner>.Instance).RunAsync(scripts, CancellationToken.None);

    private async Task<string> AskAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
