using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Tests.Audit;

/// <summary>What the database itself refuses, whoever asks: the tests are the table's owner and superuser.</summary>
public sealed class AppendOnlyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Insert = """
        INSERT INTO audit_entries (id, ended_at, actor, method, target, outcome, correlation_id)
        VALUES ('0198c0de-7a5b-7c3d-8e9f-0123456789ab', now(), 'a', 'a.v1.B/C', '', 'OK', '')
        """;

    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await AuditHost.MigrateAsync(_database);
        await RunAsync(Insert);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData("UPDATE audit_entries SET outcome = 'NOT_FOUND'")]
    [InlineData("UPDATE audit_entries SET outcome = outcome WHERE false")]
    [InlineData("DELETE FROM audit_entries")]
    [InlineData("DELETE FROM audit_entries WHERE false")]
    [InlineData("TRUNCATE audit_entries")]
    [InlineData("TRUNCATE audit_entries CASCADE")]
    [InlineData(Insert + " ON CONFLICT (id) DO UPDATE SET actor = 'b'")]
    [InlineData("MERGE INTO audit_entries USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE")]
    [InlineData("SET session_replication_role = replica; DELETE FROM audit_entries")]
    [InlineData("SET session_replication_role = replica; TRUNCATE audit_entries")]
    public async Task AnyChangeOfARow_ByItsOwner_IsRefused(string sql)
    {
        var error = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, error.SqlState);
        await using var command = _database.CreateCommand("SELECT count(*) FROM audit_entries WHERE actor = 'a' AND outcome = 'OK'");
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData("actor", "''")]
    [InlineData("actor", "repeat('a', 257)")]
    [InlineData("method", "'C'")]
    [InlineData("target", "'https://bucket.example/x'")]
    [InlineData("target", "'originals/x'")]
    [InlineData("target", "repeat('a', 257)")]
    [InlineData("target", "'**'")]
    [InlineData("outcome", "'ok'")]
    [InlineData("correlation_id", "'x'")]
    public async Task Insert_OfARowAgainstARule_IsRefused(string column, string value)
    {
        string[] columns = ["id", "ended_at", "actor", "method", "target", "outcome", "correlation_id"];
        string[] values = [$"'{Guid.CreateVersion7()}'", "now()", "'a'", "'a.v1.B/C'", "''", "'OK'", "''"];
        values[columns.IndexOf(column)] = value;

        var error = await Assert.ThrowsAsync<PostgresException>(
            () => RunAsync($"INSERT INTO audit_entries ({string.Join(", ", columns)}) VALUES ({string.Join(", ", values)})"));

        Assert.Equal($"audit_entries_{column}_check", error.ConstraintName);
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
