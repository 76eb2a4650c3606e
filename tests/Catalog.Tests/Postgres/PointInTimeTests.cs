using MoviesNow.Testing;

namespace MoviesNow.Catalog.Tests.Postgres;

/// <summary>Backup and restore as docs/postgres.md tells: a base backup, and the archived log up to a moment.</summary>
public sealed class PointInTimeTests
{
    [Fact]
    public async Task Restore_ToTheMomentBeforeAMistake_HasWhatWasWrittenUntilThen()
    {
        var archive = TestPostgres.NewArchive();
        await using var server = await TestPostgres.StartNewAsync(["archive_mode=on", $"archive_command=test ! -f {archive}/%f && cp %p {archive}/%f"]);
        await server.ScalarAsync("CREATE TABLE title (name text); INSERT INTO title VALUES ('before the backup')");
        var backup = await server.BackUpAsync();
        await server.ScalarAsync("INSERT INTO title VALUES ('after the backup')");
        var moment = (string)(await server.ScalarAsync("SELECT clock_timestamp()::text"))!;
        await server.ScalarAsync("DELETE FROM title");
        await server.ScalarAsync("INSERT INTO title VALUES ('after the mistake')");

        // What is not archived yet is archived now; in production archive_timeout bounds how long that takes.
        var segment = (string)(await server.ScalarAsync("SELECT pg_walfile_name(pg_switch_wal())"))!;
        await TestPostgres.UntilArchivedAsync(archive, segment);
        await server.KillAsync();

        await using var restored = await TestPostgres.RestoreAsync(backup, archive, moment);

        Assert.Equal("after the backup, before the backup", await restored.ScalarAsync("SELECT string_agg(name, ', ' ORDER BY name) FROM title"));
        await restored.ScalarAsync("INSERT INTO title VALUES ('goes on')");
    }
}
