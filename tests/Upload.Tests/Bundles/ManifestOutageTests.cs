using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Bundles;

/// <summary>A manifest is recorded whole or not at all, whatever is down meanwhile; repeating the call leads on.</summary>
[Collection(nameof(SharedSystem))]
public sealed class ManifestOutageTests(SharedSystem shared) : UploadTest(shared)
{
    [Fact]
    public async Task StorageDown_UploadBundleManifest_RecordsNothingAndRecovers()
    {
        var (bundle, json) = await VerifiedAsync();
        await System.S3.StopAsync();
        try
        {
            await UnavailableAsync(bundle, json);
            Assert.Empty(await KeyAsync(bundle));
        }
        finally
        {
            await System.S3.RestartAsync();
        }

        await SucceedsAsync(bundle, json);
    }

    [Fact]
    public async Task CatalogueDown_UploadBundleManifest_StoresNothingAndRecovers()
    {
        var (bundle, json) = await VerifiedAsync();
        System.CatalogGate.Shut();
        try
        {
            await UnavailableAsync(bundle, json);
            Assert.Null(await HeadAsync(bundle));
        }
        finally
        {
            System.CatalogGate.Open();
        }

        await SucceedsAsync(bundle, json);
    }

    [Fact]
    public async Task CatalogueDownAfterTheObject_AnotherManifest_TakesItsPlace()
    {
        var (bundle, json) = await VerifiedAsync();
        System.Lossy.Lose(0, request =>
        {
            if (LossyS3.IsPut(request) && request.Path.Value!.EndsWith("_manifest.json", StringComparison.Ordinal))
                System.CatalogGate.Shut();
            return false;
        });
        try
        {
            await UnavailableAsync(bundle, json);
            Assert.NotNull(await HeadAsync(bundle));
        }
        finally
        {
            System.Lossy.Lose(0, _ => false);
            System.CatalogGate.Open();
        }

        Assert.Empty(await KeyAsync(bundle));
        var other = ByteString.CopyFromUtf8(json.ToStringUtf8() + "\n");
        await SucceedsAsync(bundle, other);
        Assert.Equal(other.Length, (await HeadAsync(bundle))!.Size);
    }

    [Fact]
    public async Task StorageAnswerLost_UploadBundleManifest_IsRepeatedWithoutASecondObject()
    {
        var (bundle, json) = await VerifiedAsync();
        System.Lossy.Lose(1, LossyS3.IsPut);
        await UnavailableAsync(bundle, json);
        Assert.Empty(await KeyAsync(bundle));
        var stored = await HeadAsync(bundle);

        await SucceedsAsync(bundle, json);

        Assert.Equal(stored!.LastModified, (await HeadAsync(bundle))!.LastModified);
    }

    private async Task<(Bundle Bundle, ByteString Json)> VerifiedAsync()
    {
        var zip = Content.Zip();
        var created = await CreateAndSendAsync(await System.SeriesAsync(), zip);
        await Eventually.SucceedsAsync(() => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        return (created.Bundle, ManifestJson.Of(zip));
    }

    private Task<RpcException> UnavailableAsync(Bundle bundle, ByteString json) =>
        RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => UploadAsync(bundle, json));

    private async Task SucceedsAsync(Bundle bundle, ByteString json)
    {
        var recorded = (await Eventually.SucceedsAsync(() => UploadAsync(bundle, json))).Bundle;
        Assert.Equal(recorded.ManifestKey, await KeyAsync(bundle));
        Assert.NotEmpty(recorded.ManifestKey);
    }

    private Task<UploadBundleManifestResponse> UploadAsync(Bundle bundle, ByteString json) => System.Bundles().UploadBundleManifestAsync(
        new UploadBundleManifestRequest { BundleId = bundle.Id, Manifest = json }, deadline: DateTime.UtcNow.AddSeconds(20)).ResponseAsync;

    private async Task<string> KeyAsync(Bundle bundle) =>
        (await System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = bundle.Id })).Bundle.ManifestKey;

    private Task<StoredObject?> HeadAsync(Bundle bundle) =>
        System.Objects.HeadAsync(StorageKey.Parse($"bundles/{bundle.TitleId}/S01_manifest.json"), default);
}
