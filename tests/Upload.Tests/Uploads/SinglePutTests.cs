using System.Net;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Uploads;

[Collection(nameof(SharedSystem))]
public sealed class SinglePutTests(SharedSystem shared) : UploadTest(shared)
{
    [Fact]
    public async Task CreateUpload_Artwork_IsRecordedAsTheAssetThatWasAsked()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var request = Requests.Artwork(titleId, content);
        (request.Target.AssetKind, request.Target.Language) = (AssetKind.Backdrop, "de");
        var created = await System.Uploads().CreateUploadAsync(request);
        Assert.Equal("admin@test", created.Upload.Owner);
        await SendOkAsync(created.Put, content);

        var finalized = await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));

        var asset = (await Assets.GetAssetAsync(new GetAssetRequest { AssetId = finalized.AssetId })).Asset;
        Assert.Equal((AssetKind.Backdrop, "de", "image/png"), (asset.Kind, asset.Language, asset.MimeType));
        Assert.Equal((created.Upload.StorageKey, content.Size, content.Sha256), (asset.StorageKey, asset.SizeBytes, asset.Sha256));
        Assert.Equal((titleId, ""), (asset.Scope.TitleId, asset.Scope.EpisodeId));
        var again = await System.Uploads(replica: 1).FinalizeUploadAsync(Requests.Finalize(created.Upload));
        Assert.Equal(finalized, again);
    }

    [Fact]
    public async Task CreateUpload_OriginalOfAnEpisode_IsRecordedInItsScope()
    {
        var (titleId, seasonId, episodeId) = await System.EpisodeAsync();
        var content = Content.Random(1_000);
        var request = Requests.Original(titleId, content);
        (request.Target.EpisodeId, request.Method) = (episodeId, UploadMethod.SinglePut);
        var created = await System.Uploads().CreateUploadAsync(request);
        Assert.StartsWith($"originals/{titleId}/{episodeId}/master-", created.Upload.StorageKey, StringComparison.Ordinal);
        await SendOkAsync(created.Put, content);
        var finalized = await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        var asset = (await Assets.GetAssetAsync(new GetAssetRequest { AssetId = finalized.AssetId })).Asset;
        Assert.Equal((titleId, seasonId, episodeId), (asset.Scope.TitleId, asset.Scope.SeasonId, asset.Scope.EpisodeId));

        request.Target.TitleId = await System.MovieAsync();
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, () => System.Uploads().CreateUploadAsync(request).ResponseAsync);
    }

    [Fact]
    public async Task CreateUpload_Repeated_FindsItsUploadAndThenItsObject()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var request = Requests.Artwork(titleId, content);
        var created = await System.Uploads().CreateUploadAsync(request);
        await RpcAssert.FailsAsync(ErrorReason.UploadExists, () => System.Uploads(1).CreateUploadAsync(request).ResponseAsync);
        await SendOkAsync(created.Put, content);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => System.Uploads().CreateUploadAsync(request).ResponseAsync);

        var newVersion = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, Content.Random(1_000)));
        var otherToken = await System.Uploads().CreateUploadAsync(request, new Metadata { { "idempotency-key", "another" } });
        Assert.Distinct([created.Upload.StorageKey, newVersion.Upload.StorageKey, otherToken.Upload.StorageKey]);
    }

    [Fact]
    public async Task Put_OtherBytesThanSigned_IsRefusedByTheStorage()
    {
        var content = Content.Random(1_000);
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), content));
        using (var answer = await System.SendAsync(created.Put, content.Damaged().Bytes))
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await RpcAssert.FailsAsync(ErrorReason.ObjectMissing, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        await SendOkAsync(created.Put, content);
        using (var answer = await System.SendAsync(created.Put, content.Bytes))
            Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
    }

    public static TheoryData<string, ErrorReason, ErrorReason> BadObjects => new()
    {
        { "shorter", ErrorReason.SizeMismatch, ErrorReason.ObjectMissing },
        { "damaged", ErrorReason.ChecksumMismatch, ErrorReason.ObjectMissing },
        { "no zip", ErrorReason.ZipUnreadable, ErrorReason.ZipUnreadable },
    };

    [Theory]
    [MemberData(nameof(BadObjects))]
    public async Task FinalizeUpload_ObjectIsNotWhatWasDeclared_IsNeverRecordedAndGoesWithAbort(string flaw, ErrorReason reason, ErrorReason again)
    {
        var titleId = await System.SeriesAsync();
        var declared = flaw == "no zip" ? Content.Random(4_096) : Content.Zip();
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, declared));
        await System.PlantAsync(created.Upload, flaw switch
        {
            "shorter" => declared.Bytes[..^1],
            "damaged" => declared.Damaged().Bytes,
            _ => declared.Bytes,
        });

        for (var i = 0; i < 2; i++)
        {
            await RpcAssert.FailsAsync(i == 0 ? reason : again, () => System.Uploads(i).FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
            Assert.Equal(BundleState.Pending, await System.BundleStateAsync(created.Bundle.Id));
        }

        var aborted = await System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = created.Upload.Id });
        Assert.Equal(UploadState.Aborted, aborted.Upload.State);
        Assert.Null(await System.Objects.HeadAsync(StorageKey.Parse(created.Upload.StorageKey), default));
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, () => System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = created.Bundle.Id }).ResponseAsync);
        var good = Content.Zip();
        var second = await CreateAndSendAsync(titleId, good);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(second.Upload));
    }

    [Fact]
    public async Task FinalizeUpload_StorageWithoutChecksums_HashesTheBytes()
    {
        var replica = System.AddReplica(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Storage:Capabilities:Checksums"] = "false" });
        var (titleId, content) = (await System.MovieAsync(), Content.Random(300_000));
        var created = await System.Uploads(replica).CreateUploadAsync(Requests.Artwork(titleId, content));
        Assert.DoesNotContain("x-amz-checksum-sha256", created.Put.Headers.Keys);
        await SendOkAsync(created.Put, content.Damaged());
        await RpcAssert.FailsAsync(ErrorReason.ChecksumMismatch, () => System.Uploads(replica).FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);

        var other = Content.Random(300_000);
        var second = await System.Uploads(replica).CreateUploadAsync(Requests.Artwork(titleId, other));
        await SendOkAsync(second.Put, other);
        var finalized = await System.Uploads(replica).FinalizeUploadAsync(Requests.Finalize(second.Upload));
        Assert.Equal(UploadState.Completed, finalized.Upload.State);
    }

    [Fact]
    public async Task FinalizeUpload_ManyAtOnceOnTwoReplicas_AllSucceedWithOneAsset()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, content));
        await SendOkAsync(created.Put, content);
        UploadService.UploadServiceClient[] replicas = [System.Uploads(), System.Uploads(1)];
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => replicas[i % 2].FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync));
        Assert.Single(answers.Distinct());
        var assets = await Assets.ListAssetsAsync(new ListAssetsRequest { Scope = new AssetScope { TitleId = titleId } });
        Assert.Equal(answers[0].AssetId, Assert.Single(assets.Assets).Id);
    }

    [Fact]
    public async Task FinalizeUpload_CatalogueHasTheAssetAlready_FindsIt()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, content));
        await SendOkAsync(created.Put, content);
        var first = await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        await System.SetAsync(created.Upload.Id, "state = 'recording', asset_id = NULL");
        var second = await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        Assert.Equal(first.AssetId, second.AssetId);
    }

    [Fact]
    public async Task FinalizeUpload_CatalogueRefuses_CanBeAborted()
    {
        var created = await CreateAndSendAsync(await System.SeriesAsync(), Content.Zip());
        await System.CatalogBundles.ReleaseBundleAsync(new ReleaseBundleRequest { BundleId = created.Bundle.Id });
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        var aborted = await System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = created.Upload.Id });
        Assert.Equal(UploadState.Aborted, aborted.Upload.State);
    }

    [Theory]
    [InlineData(ServerSideEncryption.S3, "AES256")]
    [InlineData(ServerSideEncryption.Kms, "aws:kms")]
    public async Task CreateUpload_Encryption_IsSigned(ServerSideEncryption asked, string expected)
    {
        var request = Requests.Artwork(await System.MovieAsync(), Content.Random(100));
        request.Encryption = asked;
        var created = await System.Uploads().CreateUploadAsync(request);
        Assert.Equal((asked, expected), (created.Upload.Encryption, created.Put.Headers["x-amz-server-side-encryption"]));
    }

    [Fact]
    public async Task Errors_OfEveryKind_NameNeitherBucketNorUrl()
    {
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), Content.Zip()));
        var error = await RpcAssert.FailsAsync(ErrorReason.ObjectMissing, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        var text = error.Status.Detail + RpcErrors.InfoOf(error);
        Assert.DoesNotContain("X-Amz", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(created.Upload.StorageKey, text, StringComparison.Ordinal);
    }

    private AssetService.AssetServiceClient Assets => new(System.Catalog(Identity.Service));
}
