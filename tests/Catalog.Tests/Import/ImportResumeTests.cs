using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Import;

public sealed class ImportResumeTests(OwnCatalog catalog) : IClassFixture<OwnCatalog>
{
    private const int Titles = 12_000;

    // Every hundredth line has a year that is none.
    private static readonly byte[] File = Encoding.UTF8.GetBytes(ImdbImportTests.BasicsHeading + string.Concat(Enumerable.Range(1, Titles).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"tt{i:D7}\tmovie\tFilm {i}\tFilm {i}\t0\t{(i % 100 == 0 ? "1500" : "2000")}\t\\N\t90\tDrama\n"))));

    [Fact]
    public async Task ImportCatalog_CutOffInTheMiddle_GoesOnWhereItWasCommitted()
    {
        var (replica, database, another) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.ImdbTitleBasics);

        await CutOffAsync(replica, header);

        var committed = (await replica.Admin.Imports.GetImportAsync(new() { ImportId = header.ImportId })).Import;
        Assert.Equal(ImportState.Incomplete, committed.State);
        Assert.InRange(committed.CommittedBytes, 1, File.Length - 1);
        Assert.Equal(committed.CreatedCount, await CountAsync(database));

        header.StartByte = committed.CommittedBytes;
        var import = await another().Admin.ImportAsync(header, File[(int)committed.CommittedBytes..].Chunk(65_536));

        await AssertWholeAsync(import, replica, database);
    }

    [Fact]
    public async Task ImportCatalog_ReplicaGone_GoesOnAtAnother()
    {
        var (replica, database, another) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.ImdbTitleBasics);
        var other = another();
        using (var call = other.Admin.Imports.ImportCatalog())
        {
            await SendAsync(call, header, File.Take(File.Length - 1_000).ToArray());
            await UntilCommittedAsync(replica, header);
            await other.DisposeAsync();
            await Assert.ThrowsAsync<RpcException>(async () => await call);
        }

        header.StartByte = (await replica.Admin.Imports.GetImportAsync(new() { ImportId = header.ImportId })).Import.CommittedBytes;
        var import = await replica.Admin.ImportAsync(header, File[(int)header.StartByte..].Chunk(65_536));

        await AssertWholeAsync(import, replica, database);
    }

    [Fact]
    public async Task ImportCatalog_OfAnImportThatIsBeingSent_IsRefused()
    {
        var (replica, database, another) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.ImdbTitleBasics);
        using var call = replica.Admin.Imports.ImportCatalog();
        await SendAsync(call, header, File[..^1_000]);
        await UntilCommittedAsync(replica, header);

        await RpcAssert.FailsAsync(ErrorReason.ImportInProgress, () => another().Admin.ImportAsync(header, [File]));

        await call.RequestStream.WriteAsync(new() { Data = ByteString.CopyFrom(File[^1_000..]) });
        await call.RequestStream.CompleteAsync();
        await AssertWholeAsync((await call).Import, replica, database);
    }

    [Fact]
    public async Task ImportCatalog_OfOneImportByTenAtOnce_HasOneEffect()
    {
        var (replica, database, another) = await catalog.CreateAsync();
        var replicas = new[] { replica, another(), another() };
        var header = ImportCalls.Header(ImportFormat.ImdbTitleBasics);

        var outcomes = await Race.OutcomesAsync(10, i => replicas[i % 3].Admin.ImportAsync(header.Clone(), File.Chunk(65_536)));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { "OK", "IMPORT_IN_PROGRESS", "IMPORT_MISMATCH" }));
        await AssertWholeAsync((await replica.Admin.Imports.GetImportAsync(new() { ImportId = header.ImportId })).Import, replica, database);
    }

    [Fact]
    public async Task ImportCatalog_OfTheSameTitlesByFourImportsAtOnce_MakesEachTitleOnce()
    {
        var (replica, database, another) = await catalog.CreateAsync();
        var replicas = new[] { replica, another() };

        var imports = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            replicas[i % 2].Admin.ImportAsync(ImportCalls.Header(ImportFormat.ImdbTitleBasics), File.Chunk(65_536))));

        Assert.Equal(Titles - (Titles / 100), await CountAsync(database));
        Assert.Equal(Titles - (Titles / 100), imports.Sum(import => import.CreatedCount));
        Assert.All(imports, import => Assert.Equal((0, Titles / 100), (import.UpdatedCount, import.RejectedCount)));
    }

    [Fact]
    public async Task ImportCatalog_FromAnotherPosition_IsRefused()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.ImdbTitleBasics);
        var import = await replica.Admin.ImportAsync(header, [File[..1_000]]);

        var failure = await RpcAssert.FailsAsync(ErrorReason.ImportMismatch, () => replica.Admin.ImportAsync(header, [File]));
        Assert.Equal("1000", ServiceDefaults.Errors.RpcErrors.InfoOf(failure)!.Metadata["committed_bytes"]);
        header.StartByte = import.CommittedBytes;
        header.Format = ImportFormat.TmdbJson;
        await RpcAssert.FailsAsync(ErrorReason.ImportMismatch, () => replica.Admin.ImportAsync(header, [File]));
    }

    [Fact]
    public async Task ImportCatalog_Restarted_CountsAnewAndKeepsWhatIsThere()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.ImdbTitleBasics);
        var first = await replica.Admin.ImportAsync(header, File.Chunk(65_536));

        header.Restart = true;
        var second = await replica.Admin.ImportAsync(header, File.Chunk(65_536));

        Assert.Equal((Titles - 120, 0, 0, 0, 120), first.Counts());
        Assert.Equal((0, 0, Titles - 120, 0, 120), second.Counts());
        Assert.Equal(120, (await replica.Admin.RejectionsAsync(second.Id)).Count);
    }

    [Fact]
    public async Task ImportCatalog_FileThatGrew_TakesWhatIsNew()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        var header = ImportCalls.Header(ImportFormat.ImdbTitleBasics);
        var first = await replica.Admin.ImportAsync(header, "" + ImdbImportTests.BasicsHeading);

        header.StartByte = first.CommittedBytes;
        var second = await replica.Admin.ImportAsync(header, "tt0000001\tmovie\tNew\tNew\t0\t2000\t\\N\t1\tDrama");

        Assert.Equal((ImportState.Completed, 1, 2), (second.State, second.CreatedCount, second.CommittedLines));
    }

    private static async Task CutOffAsync(Replica replica, ImportHeader header)
    {
        using var call = replica.Admin.Imports.ImportCatalog();
        await SendAsync(call, header, File[..^1_000]);
        await UntilCommittedAsync(replica, header);
    }

    private static async Task SendAsync(AsyncClientStreamingCall<ImportCatalogRequest, ImportCatalogResponse> call, ImportHeader header, byte[] bytes)
    {
        await call.RequestStream.WriteAsync(new() { Header = header });
        foreach (var chunk in bytes.Chunk(65_536))
        {
            await call.RequestStream.WriteAsync(new() { Data = ByteString.CopyFrom(chunk) });
        }
    }

    /// <summary>Until two batches are in; the third is not complete.</summary>
    private static async Task UntilCommittedAsync(Replica replica, ImportHeader header)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                if ((await replica.Admin.Imports.GetImportAsync(new() { ImportId = header.ImportId }, cancellationToken: limit.Token)).Import.CommittedLines >= 10_000)
                {
                    return;
                }
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound)
            {
                // The header did not arrive yet.
            }

            await Task.Delay(10, limit.Token);
        }
    }

    private static async Task AssertWholeAsync(V1.Import import, Replica replica, NpgsqlDataSource database)
    {
        Assert.Equal((Titles - 120, 0, 0, 0, 120), import.Counts());
        Assert.Equal((ImportState.Completed, File.LongLength, Titles + 1), (import.State, import.CommittedBytes, import.CommittedLines));
        Assert.Equal(Titles - 120, await CountAsync(database));
        var rejections = await replica.Admin.RejectionsAsync(import.Id, pageSize: 50);
        Assert.Equal(Enumerable.Range(1, 120).Select(i => (100L * i) + 1), rejections.Select(rejection => rejection.Line));
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT count(*) FROM title WHERE version = 1");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
