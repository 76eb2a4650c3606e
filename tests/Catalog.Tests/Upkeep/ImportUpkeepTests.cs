using System.Text;
using Google.Protobuf;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Tests.Import;
using MoviesNow.Catalog.Transfer;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Upkeep;

public sealed class ImportUpkeepTests(OwnCatalog catalog) : IClassFixture<OwnCatalog>
{
    private const string Basics = ImdbImportTests.BasicsHeading + """
        tt0903747	tvSeries	Breaking Bad	Breaking Bad	0	2008	2013	45	Crime
        tt0959621	tvEpisode	Pilot	Pilot	0	2008	\N	58	Crime
        tt1054724	tvEpisode	Without a place	Without a place	0	2008	\N	48	Crime
        tt0000000	tvUnheardOf	Rejected	Rejected	0	\N	\N	\N	\N

        """;

    private const string Pilot = ImdbImportTests.EpisodeHeading + "tt0959621\ttt0903747\t1\t1\n";
    private const string Both = Pilot + "tt1054724\ttt0903747\t1\t2\n";

    [Fact]
    public async Task Upkeep_AfterTheRetention_DeletesTheImportAndLeavesTheCatalogue()
    {
        var (replica, database, _) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.ImdbTitleBasics);
        Assert.Equal(1, (await replica.Admin.ImportAsync(header, Basics)).RejectedCount);

        await database.UpkeepAsync(daysAhead: 29);
        Assert.Single(await replica.Admin.RejectionsAsync(header.ImportId));

        await database.UpkeepAsync(daysAhead: 31);
        await RpcAssert.FailsAsync(ErrorReason.ImportNotFound, async () => await replica.Admin.Imports.GetImportAsync(new() { ImportId = header.ImportId }));
        Assert.Equal(0L, await CountAsync(database, "catalog_import_rejection"));
        Assert.Single(await OwnCatalog.TitlesAsync(replica));
        // The names went with it, the series did not.
        Assert.Equal((2, 0, 1), Changes(await replica.Admin.ImportAsync(header, Basics)));
    }

    [Fact]
    public async Task Upkeep_WithAnotherRetention_FollowsIt()
    {
        var (replica, database, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, Basics);

        await database.UpkeepAsync(daysAhead: 31, retentionDays: 60);
        Assert.Equal(1L, await CountAsync(database, "catalog_import"));

        await database.UpkeepAsync(daysAhead: 2, retentionDays: 1);
        Assert.Equal(0L, await CountAsync(database, "catalog_import"));
    }

    [Fact]
    public async Task Upkeep_WhileAClientWorksOnAnImport_LeavesIt()
    {
        var (replica, database, _) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.ImdbTitleBasics);
        using var call = replica.Admin.Imports.ImportCatalog();
        await call.RequestStream.WriteAsync(new() { Header = header });
        while (await CountAsync(database, "catalog_import") == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }

        await database.UpkeepAsync(daysAhead: 400);

        await call.RequestStream.WriteAsync(new() { Data = ByteString.CopyFrom(Encoding.UTF8.GetBytes(Basics)) });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(ImportState.Completed, (await call).Import.State);
    }

    [Fact]
    public async Task Upkeep_AfterTheRetention_DeletesNamesThatWaitedForAPlace()
    {
        var (replica, database, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, Basics);
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleEpisode, Pilot);

        await database.UpkeepAsync(daysAhead: 29);
        Assert.Equal(2L, await CountAsync(database, "imdb_episode"));

        await database.UpkeepAsync(daysAhead: 31);
        Assert.Equal(0L, await CountAsync(database, "imdb_episode"));
        // The one that has its place has a name of its own.
        var import = await replica.Admin.ImportAsync(ImportFormat.ImdbTitleEpisode, Both);
        Assert.Equal((0, 0, 1, 0, 1), import.Counts());
        Assert.Equal("has no name: import title.basics first", Assert.Single(await replica.Admin.RejectionsAsync(import.Id)).Violations.Single().Reason);
    }

    [Fact]
    public async Task Import_NamesThatWait_WaitForLongerWhenTheyAreSaidAgain()
    {
        var (replica, database, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, Basics);
        await using var age = database.Command("UPDATE imdb_episode SET updated_at = updated_at - interval '20 days'");
        await age.ExecuteNonQueryAsync();
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, Basics);

        await database.UpkeepAsync(daysAhead: 29);

        Assert.Equal((2, 0, 0), Changes(await replica.Admin.ImportAsync(ImportFormat.ImdbTitleEpisode, Both)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_651)]
    public void Validate_RetentionOutOfRange_NamesTheSetting(int days)
    {
        var result = new ImportOptionsValidator().Validate(null, new() { RetentionDays = days });
        Assert.Equal("Catalog:Imports:RetentionDays must be 1 to 3650.", result.FailureMessage);
    }

    private static (long Created, long Updated, long Unchanged) Changes(V1.Import import) => (import.CreatedCount, import.UpdatedCount, import.UnchangedCount);

    private static async Task<long> CountAsync(NpgsqlDataSource database, string table)
    {
        await using var command = database.Command($"SELECT count(*) FROM {table}");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
