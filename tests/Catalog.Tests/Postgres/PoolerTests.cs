using System.Globalization;
using System.Text;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Tests.Import;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Postgres;

/// <summary>The service behind PgBouncer in transaction mode: four sessions of the server, which belong to nobody.</summary>
public sealed class PoolerTests(PostgresFixture postgres, GarnetFixture garnet) : IClassFixture<PostgresFixture>, IClassFixture<GarnetFixture>
{
    [Fact]
    public async Task Service_BehindATransactionPooler_ReadsWritesImportsAndExports()
    {
        var direct = await postgres.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(direct);
        await Migrations.RunAsync(database);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb_direct"] = direct,
            ["Postgres:Pooler"] = "Transaction",
        };
        await using var replica = new Replica(await postgres.PooledAsync(direct), garnet.ConnectionString, clock: null, settings);

        // More at once than there are sessions, each several statements: playback is what is prepared elsewhere.
        var titles = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            var film = await PlayableTitle.MovieAsync(replica);
            await film.LadderAsync(await film.AssetAsync(AssetKind.Video, isPrimary: true));
            var client = new PlaybackService.PlaybackServiceClient(replica.Service.Invoker);
            for (var read = 0; read < 5; read++)
            {
                Assert.Equal(3, (await client.GetPlaybackAsync(film.Request())).Variants.Count);
            }

            return await replica.TitleAsync(TitleKind.Movie, $"Fjord {i}", published: true);
        }));
        // Its threshold is set for one transaction only.
        Assert.NotEmpty((await replica.Public.Titles.SearchTitlesAsync(new SearchTitlesRequest { Query = "fjordd" })).Titles);
        Assert.Equal(16, titles.Length);

        // Twice, two at once: the second time titles change by way of a temporary table.
        foreach (var year in new[] { 2000, 2001 })
        {
            await Task.WhenAll(Enumerable.Range(0, 2).Select(part =>
                replica.Admin.ImportAsync(ImportCalls.Header(ImportFormat.ImdbTitleBasics), FileOf(part, year).Chunk(65_536))));
        }

        Assert.Equal(32L + 400, await CountAsync(database, "SELECT count(*) FROM title"));
        Assert.Equal(400L, await CountAsync(database, "SELECT count(*) FROM title WHERE release_year = 2001"));
        Assert.Equal(0L, await CountAsync(database, """
            SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """));
    }

    private static byte[] FileOf(int part, int year) => Encoding.UTF8.GetBytes(ImdbImportTests.BasicsHeading + string.Concat(Enumerable.Range(1, 200)
        .Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"tt{(part * 1_000) + i:D7}\tmovie\tFilm {i}\tFilm {i}\t0\t{year}\t\\N\t90\tDrama\n"))));

    private static async Task<long> CountAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
