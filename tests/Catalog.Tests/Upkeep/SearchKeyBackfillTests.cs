using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.Upkeep;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Upkeep;

/// <summary>Titles that were stored before there were search keys, in a database that has been migrated since.</summary>
public sealed class SearchKeyBackfillTests(PostgresFixture postgres, GarnetFixture garnet) : IClassFixture<PostgresFixture>, IClassFixture<GarnetFixture>
{
    private const int Titles = (2 * SearchKeyBackfill.BatchSize) + 500;
    private const int LastWithoutDetails = 8;

    [Fact]
    public async Task RunAsync_TitlesOlderThanTheirKeys_AreFoundAndKeepTheirVersions()
    {
        var (database, connectionString) = await OldDatabaseAsync();
        await using var owned = database;
        var before = await VersionsAsync(database);

        Assert.True(await database.UpkeepAsync());

        await using var replica = new Replica(connectionString, garnet.ConnectionString);
        var found = await replica.Admin.Titles.SearchTitlesAsync(new() { Query = "strasse 2499" });
        Assert.Equal("Straße 2499", found.Titles.First().Name);
        Assert.Equal(before, await VersionsAsync(database));
        Assert.Equal(0L, await CountAsync(database, "concat_ws(' ', name_key, display_key, search_text, array_to_string(name_keys, ' ')) LIKE '%ß%'"));
    }

    [Fact]
    public async Task NextBatchAsync_AfterAnInterruption_GoesOnWhereItWas()
    {
        var (database, _) = await OldDatabaseAsync();
        await using var owned = database;
        await using var connection = await database.OpenConnectionAsync();
        Assert.Equal(SearchKeyBackfill.BatchSize, await new SearchKeyBackfill(connection).NextBatchAsync(CancellationToken.None));
        Assert.Equal(SearchKeyBackfill.BatchSize, await CountAsync(database, "search_text LIKE '%strasse%'"));

        var rest = new SearchKeyBackfill(connection);
        Assert.Equal(Titles - SearchKeyBackfill.BatchSize, await rest.RunAsync(CancellationToken.None));
        Assert.Equal(Titles, await CountAsync(database, "search_text LIKE '%strasse%'"));
        Assert.Null(await rest.NextBatchAsync(CancellationToken.None));
    }

    [Fact]
    public async Task UpkeepAsync_OnThreeReplicasAtOnce_IsDoneByOne()
    {
        var (database, _) = await OldDatabaseAsync();
        await using var owned = database;
        await using (var held = await SessionLock.TryTakeAsync(database, "catalog upkeep", CancellationToken.None))
        {
            Assert.NotNull(held);
            Assert.False(await database.UpkeepAsync());
            Assert.Equal(0L, await CountAsync(database, "search_text LIKE '%strasse%'"));
        }

        var ran = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => database.UpkeepAsync()));

        Assert.Contains(true, ran);
        Assert.Equal(Titles, await CountAsync(database, "search_text LIKE '%strasse%'"));
    }

    private async Task<(NpgsqlDataSource Database, string ConnectionString)> OldDatabaseAsync()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        var database = NpgsqlDataSource.Create(connectionString);
        var scripts = MigrationScript.ReadFrom(typeof(TitleGrpcService).Assembly);
        var runner = new MigrationRunner(database, NullLogger<MigrationRunner>.Instance);
        await runner.RunAsync([.. scripts.Take(LastWithoutDetails)], CancellationToken.None);
        await using var insert = database.Command("""
            INSERT INTO title (id, kind, name, name_key, synopsis, original_language, release_year, state, country_rule, countries, created_at, updated_at)
            SELECT gen_random_uuid(), 'Movie', 'Straße ' || n, 'straße ' || n, '', 'de', 0, 'Draft', 'Unspecified', '{}', now(), now()
            FROM generate_series(0, $1) AS n
            """, Titles - 1);
        await insert.ExecuteNonQueryAsync();
        await runner.RunAsync(scripts, CancellationToken.None);
        return (database, connectionString);
    }

    private static async Task<List<(Guid, long, DateTime)>> VersionsAsync(NpgsqlDataSource database)
    {
        await using var command = database.Command("SELECT id, version, updated_at FROM title ORDER BY id");
        return await command.ListAsync(row => (row.GetGuid(0), row.GetInt64(1), row.GetDateTime(2)), CancellationToken.None);
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, string condition)
    {
        await using var command = database.Command($"SELECT count(*) FROM title WHERE {condition}");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
