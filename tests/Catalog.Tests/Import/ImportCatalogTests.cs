using System.Text;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Transfer;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Import;

/// <summary>What holds for imports of every format.</summary>
public sealed class ImportCatalogTests(OwnCatalog catalog) : IClassFixture<OwnCatalog>
{
    [Theory]
    [InlineData("", ImportFormat.JsonLines, 0, false, "header.import_id")]
    [InlineData("x", ImportFormat.Unspecified, -1, false, "header.import_id,header.format,header.start_byte")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789ab", (ImportFormat)99, 0, false, "header.format")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789ab", ImportFormat.JsonLines, 5, true, "header.start_byte")]
    public async Task ImportCatalog_BadHeader_IsRefusedWithItsFields(string id, ImportFormat format, long start, bool restart, string fields)
    {
        var (replica, _, _) = await catalog.CreateAsync();
        var header = new ImportHeader { ImportId = id, Format = format, StartByte = start, Restart = restart };
        await RpcAssert.FailsOnFieldsAsync(fields.Split(','), () => replica.Admin.ImportAsync(header, ""));
    }

    [Fact]
    public async Task ImportCatalog_NameOfTheFile_IsBounded()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.JsonLines);
        header.SourceName = new string('x', 201);
        await RpcAssert.FailsOnFieldsAsync(["header.source_name"], () => replica.Admin.ImportAsync(header, ""));
        header.SourceName = new string('x', 200);
        Assert.Equal(header.SourceName, (await replica.Admin.ImportAsync(header, "")).SourceName);
    }

    [Fact]
    public async Task ImportCatalog_Messages_AreCheckedOneByOne()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.JsonLines);

        await RpcAssert.FailsOnFieldsAsync(["data"], () => replica.Admin.ImportAsync(header, [new byte[65_537]]));
        await RpcAssert.FailsOnFieldsAsync(["header", "header.import_id", "header.format"], async () =>
        {
            using var call = replica.Admin.Imports.ImportCatalog();
            await call.RequestStream.CompleteAsync();
            await call;
        });
        await RpcAssert.FailsOnFieldsAsync(["header"], async () =>
        {
            using var call = replica.Admin.Imports.ImportCatalog();
            await call.RequestStream.WriteAsync(new() { Header = header });
            await call.RequestStream.WriteAsync(new() { Header = header });
            await call.RequestStream.CompleteAsync();
            await call;
        });
    }

    [Theory]
    [InlineData(ImportFormat.ImdbTitleBasics)]
    [InlineData(ImportFormat.ImdbTitleEpisode)]
    public async Task ImportCatalog_FileOfAnotherFormat_IsRefused(ImportFormat format)
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await RpcAssert.FailsOnFieldsAsync(["data"], () => replica.Admin.ImportAsync(format, "nconst\tprimaryName\nnm0000001\tFred Astaire\n"));
    }

    [Fact]
    public async Task ImportCatalog_CutAnywhere_HasTheSameResult()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        var file = Encoding.UTF8.GetBytes("\uFEFF" + ImdbImportTests.BasicsHeading + "tt0000001\tmovie\tÉté\tÉté\t0\t2000\t\\N\t1\tDrama\r\n\ntt2\tmovie\tA\tA\t0\t2000\t\\N\t1\tDrama");
        var first = await replica.Admin.ImportAsync(ImportCalls.Header(ImportFormat.ImdbTitleBasics), [file]);
        Assert.Equal((1, 0, 0, 0, 1), first.Counts());

        for (var cut = 1; cut < file.Length; cut++)
        {
            var import = await replica.Admin.ImportAsync(ImportCalls.Header(ImportFormat.ImdbTitleBasics), [file[..cut], file[cut..]]);
            Assert.Equal((0, 0, 1, 0, 1, file.LongLength, 4), (import.CreatedCount, import.UpdatedCount, import.UnchangedCount, import.SkippedCount, import.RejectedCount, import.CommittedBytes, import.CommittedLines));
            Assert.Equal(4, Assert.Single(await replica.Admin.RejectionsAsync(import.Id)).Line);
        }

        Assert.Equal("Été", Assert.Single(await OwnCatalog.TitlesAsync(replica)).Name);
    }

    [Fact]
    public async Task ImportCatalog_LineThatTheDatabaseRefuses_IsRejectedAlone()
    {
        var (replica, database, _) = await catalog.CreateAsync();
        await using var command = database.CreateCommand("ALTER TABLE title ADD CONSTRAINT test_check CHECK (name <> 'Film 7')");
        await command.ExecuteNonQueryAsync();

        var import = await replica.Admin.ImportAsync(
            ImportFormat.TmdbJson, string.Concat(Enumerable.Range(1, 20).Select(i => $$"""{"id":{{i}},"title":"Film {{i}}"}""" + "\n")));

        Assert.Equal((19, 0, 0, 0, 1), import.Counts());
        var rejection = Assert.Single(await replica.Admin.RejectionsAsync(import.Id));
        Assert.Equal((7, "collides with a row that is there (test_check)"), (rejection.Line, rejection.Violations.Single().Reason));
        Assert.Equal(19, (await OwnCatalog.TitlesAsync(replica)).Count);
    }

    [Fact]
    public async Task ListImportRejections_MoreThanAreKept_AreCounted()
    {
        var (replica, _, _) = await catalog.CreateAsync();

        var import = await replica.Admin.ImportAsync(ImportFormat.TmdbJson, string.Concat(Enumerable.Repeat("x\n", ImportStore.MaxRejections + 10)));

        Assert.Equal(ImportStore.MaxRejections + 10, import.RejectedCount);
        var rejections = await replica.Admin.RejectionsAsync(import.Id);
        Assert.Equal(Enumerable.Range(1, ImportStore.MaxRejections).Select(line => (long)line), rejections.Select(rejection => rejection.Line));
    }

    [Fact]
    public async Task GetImport_OfNone_IsNotFound()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        var id = Samples.NewId().ToString();
        await RpcAssert.FailsAsync(ErrorReason.ImportNotFound, async () => await replica.Admin.Imports.GetImportAsync(new() { ImportId = id }));
        await RpcAssert.FailsAsync(ErrorReason.ImportNotFound, async () => await replica.Admin.Imports.ListImportRejectionsAsync(new() { ImportId = id }));
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await replica.Admin.Imports.ListImportRejectionsAsync(new() { ImportId = id, PageToken = "x" }));
    }

    [Fact]
    public async Task ImportCatalog_ByAnAdmin_LeavesAnAuditEntry()
    {
        var (replica, _, _) = await catalog.CreateAsync();

        var import = await replica.Admin.ImportAsync(ImportFormat.TmdbJson, """{"id":1,"title":"A"}""");

        var entries = (await new AuditService.AuditServiceClient(replica.Admin.Invoker).ListAuditEntriesAsync(new())).Entries;
        Assert.Equal(("moviesnow.catalog.v1.ImportService/ImportCatalog", import.Id, "OK"), entries.Select(entry => (entry.Method, entry.Target, entry.Outcome)).Single());
    }
}
