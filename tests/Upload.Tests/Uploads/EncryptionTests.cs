using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Uploads;

/// <summary>Encryption at rest, by request and by default, and what a backend that lacks it says.</summary>
[Collection(nameof(SharedSystem))]
public sealed class EncryptionTests(SharedSystem shared) : UploadTest(shared)
{
    private const string Header = "x-amz-server-side-encryption";

    [Theory]
    [InlineData("Managed", ServerSideEncryption.Unspecified, EncryptionMode.Managed, "AES256")]
    [InlineData("Kms", ServerSideEncryption.Unspecified, EncryptionMode.Kms, "aws:kms")]
    [InlineData("Managed", ServerSideEncryption.Kms, EncryptionMode.Kms, "aws:kms")]
    [InlineData("Kms", ServerSideEncryption.S3, EncryptionMode.Managed, "AES256")]
    public async Task CreateUpload_Encryption_IsWhatWasAskedOrTheDefault(string byDefault, ServerSideEncryption asked, EncryptionMode expected, string header)
    {
        var replica = System.AddReplica(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Storage:Encryption:Mode"] = byDefault });
        var content = Content.Random(100);
        var single = Requests.Artwork(await System.MovieAsync(), content);
        single.Encryption = asked;
        var created = await System.Uploads(replica).CreateUploadAsync(single);
        Assert.Equal(header, created.Put.Headers[Header]);
        await SendOkAsync(created.Put, content);
        await System.Uploads(replica).FinalizeUploadAsync(Requests.Finalize(created.Upload));
        Assert.Equal(expected, await AppliedAsync(created.Upload));

        var parts = Requests.Original(await System.MovieAsync(), content);
        parts.Encryption = asked;
        var upload = (await System.Uploads(replica).CreateUploadAsync(parts)).Upload;
        await SendPartsAsync(upload, content, 1);
        await System.Uploads(replica).FinalizeUploadAsync(Requests.Finalize(upload));
        Assert.Equal(expected, await AppliedAsync(upload));
    }

    [Theory]
    [InlineData("ManagedEncryption", ServerSideEncryption.S3)]
    [InlineData("KmsEncryption", ServerSideEncryption.Kms)]
    public async Task CreateUpload_EncryptionThatTheStorageLacks_IsRefused(string capability, ServerSideEncryption asked)
    {
        var replica = System.AddReplica(new Dictionary<string, string?>(StringComparer.Ordinal) { [$"Storage:Capabilities:{capability}"] = "false" });
        var request = Requests.Artwork(await System.MovieAsync(), Content.Random(100));
        request.Encryption = asked;
        await RpcAssert.FailsOnFieldsAsync(["encryption"], () => System.Uploads(replica).CreateUploadAsync(request).ResponseAsync);
    }

    [Fact]
    public async Task FinalizeUpload_EncryptionIsNotApplied_IsRefused()
    {
        var content = Content.Random(100);
        var request = Requests.Artwork(await System.MovieAsync(), content);
        request.Encryption = ServerSideEncryption.S3;
        var created = await System.Uploads().CreateUploadAsync(request);
        await System.PlantAsync(created.Upload, content.Bytes);
        var error = await RpcAssert.FailsAsync(
            ErrorReason.HeadersMismatch, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        Assert.Equal(Header, RpcErrors.InfoOf(error)!.Metadata["header"]);
    }

    private async Task<EncryptionMode> AppliedAsync(Upload upload) =>
        (await System.Objects.HeadAsync(StorageKey.Parse(upload.StorageKey), default))!.Encryption.Mode;
}
