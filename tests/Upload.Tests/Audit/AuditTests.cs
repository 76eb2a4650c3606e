using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using Npgsql;
using UploadTests.Support;

namespace UploadTests.Audit;

[Collection(nameof(SharedSystem))]
public sealed class AuditTests(SharedSystem shared) : UploadTest(shared)
{
    private AuditService.AuditServiceClient Trail => new(System.As(Identity.Admin, replica: 1));

    [Fact]
    public async Task AnUpload_FromItsBeginToItsEnd_LeavesARowForEachChange()
    {
        var content = Content.Random(2_000);
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.SeriesAsync(), content));
        await RpcAssert.FailsAsync(ErrorReason.ObjectMissing, async () => await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)));
        using var answer = await System.SendAsync(created.Put, content.Bytes);
        await System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = created.Upload.Id });
        await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.Id });
        var finalized = await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));

        var entries = (await Trail.ListAuditEntriesAsync(new ListAuditEntriesRequest { Target = created.Upload.Id })).Entries.Reverse();

        Assert.Equal(["CreateUpload OK", "FinalizeUpload FAILED_PRECONDITION", "FinalizeUpload OK"], entries.Select(Short));

        // The asset is recorded by this service, not by an administrator: the catalogue has no row of its own.
        var catalog = new AuditService.AuditServiceClient(System.Catalog(Identity.Admin));
        Assert.Empty((await catalog.ListAuditEntriesAsync(new ListAuditEntriesRequest { Target = finalized.AssetId })).Entries);
    }

    [Fact]
    public async Task CreateUpload_Anyhow_LeavesNothingSecretInTheTable()
    {
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.SeriesAsync(), Content.Random(2_000)));
        await RpcAssert.FailsAsync(
            ErrorReason.InvalidFields, async () => await System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = created.Put.Url }));

        await using var command = System.Service<NpgsqlDataSource>().CreateCommand("SELECT coalesce(string_agg(audit_entries::text, ' '), '') FROM audit_entries");
        var rows = (string)(await command.ExecuteScalarAsync())!;

        Assert.Contains(created.Upload.Id, rows, StringComparison.Ordinal);
        Assert.Contains("INVALID_ARGUMENT", rows, StringComparison.Ordinal);
        var signature = created.Put.Url[(created.Put.Url.IndexOf("X-Amz-Signature=", StringComparison.Ordinal) + 16)..].Split('&')[0];
        string[] secrets = [signature, "http", "X-Amz", "poster", "artwork", System.S3.AccessKey, System.S3.SecretKey, Identity.SigningKey, "eyJ"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, rows, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task CreateUpload_WithoutTheTrail_IsMadeAllTheSame()
    {
        var titleId = await System.SeriesAsync();
        var replica = System.AddReplica(new Dictionary<string, string?>(StringComparer.Ordinal));
        await RunAsync("ALTER TABLE audit_entries RENAME TO audit_entries_away");
        try
        {
            await System.Uploads(replica).CreateUploadAsync(Requests.Artwork(titleId, Content.Random(2_000)));
        }
        finally
        {
            await RunAsync("ALTER TABLE audit_entries_away RENAME TO audit_entries");
        }

        Assert.Equal(1, await System.CountSessionsAsync(titleId));
    }

    private async Task RunAsync(string sql)
    {
        await using var command = System.Service<NpgsqlDataSource>().CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static string Short(AuditEntry entry) => $"{entry.Method.Split('/')[1]} {entry.Outcome}";
}
