using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Objects;

/// <summary>The settings say what the server really does: each is measured by asking for it past everything that would look at the setting.</summary>
[Collection(nameof(StorageFixture))]
public sealed class CapabilityTests(StorageFixture storage)
{
    private const string KmsKey = "testkey-1";

    private readonly IAmazonS3 _client = storage.Host.Get<IAmazonS3>();
    private readonly string _bucket = storage.Host.Options.Bucket;

    [Fact]
    public async Task Preset_OfTheBackend_IsWhatTheServerDoes() =>
        Assert.Equal(
            StorageCapabilities.Preset(storage.Host.Options.Backend),
            new StorageCapabilities(
                await RefusesSecondPutAsync(),
                await RefusesCompleteOverAnObjectAsync(),
                await RefusesDeleteOfAnotherAsync(),
                await RefusesWrongChecksumAsync(),
                await AppliesAsync(ServerSideEncryptionMethod.AES256, null),
                await AppliesAsync(ServerSideEncryptionMethod.AWSKMS, KmsKey),
                await KeepsLifecycleAsync()));

    [Fact]
    public async Task PutAsync_KmsEncryption_IsApplied()
    {
        if (!storage.Store.Capabilities.KmsEncryption)
            return;

        var key = StorageFixture.NewKey();
        var headers = new ObjectHeaders { Encryption = Encryption.Kms(KmsKey) };
        await storage.Store.PutAsync(key, new OneWayStream([1, 2]), 2, null, headers, CancellationToken.None);
        var signed = storage.Host.Presigner.Put(StorageFixture.NewKey(), TimeSpan.FromMinutes(5), new PutConditions { Encryption = Encryption.Kms(KmsKey) });
        using var answer = await storage.Http.SendPresignedAsync(signed, [1]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Encryption.Kms(KmsKey), (await storage.Store.HeadAsync(key, CancellationToken.None))?.Encryption);
        Assert.Equal([1, 2], await storage.ReadAsync(key));
    }

    private async Task<bool> RefusesSecondPutAsync()
    {
        var key = StorageFixture.NewKey().Value;
        await PutAsync(key, put => put.IfNoneMatch = "*");
        return await IsRefusedAsync(() => PutAsync(key, put => put.IfNoneMatch = "*"), HttpStatusCode.PreconditionFailed);
    }

    private async Task<bool> RefusesCompleteOverAnObjectAsync()
    {
        var key = StorageFixture.NewKey().Value;
        await PutAsync(key, _ => { });
        var upload = (await _client.InitiateMultipartUploadAsync(_bucket, key)).UploadId;
        using var content = new MemoryStream([1]);
        var part = await _client.UploadPartAsync(
            new UploadPartRequest { BucketName = _bucket, Key = key, UploadId = upload, PartNumber = 1, InputStream = content });
        return await IsRefusedAsync(
            () => _client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = _bucket,
                Key = key,
                UploadId = upload,
                IfNoneMatch = "*",
                PartETags = [new PartETag(1, part.ETag)],
            }),
            HttpStatusCode.PreconditionFailed);
    }

    private async Task<bool> RefusesDeleteOfAnotherAsync()
    {
        var key = StorageFixture.NewKey().Value;
        await PutAsync(key, _ => { });
        var request = new DeleteObjectRequest { BucketName = _bucket, Key = key, IfMatch = "\"00000000000000000000000000000000\"" };
        return await IsRefusedAsync(() => _client.DeleteObjectAsync(request), HttpStatusCode.PreconditionFailed);
    }

    private Task<bool> RefusesWrongChecksumAsync() => IsRefusedAsync(
        () => PutAsync(StorageFixture.NewKey().Value, put => put.ChecksumSHA256 = StorageFixture.Digest([9]).Base64), HttpStatusCode.BadRequest);

    private async Task<bool> AppliesAsync(ServerSideEncryptionMethod method, string? keyId)
    {
        var key = StorageFixture.NewKey().Value;
        await PutAsync(key, put => (put.ServerSideEncryptionMethod, put.ServerSideEncryptionKeyManagementServiceKeyId) = (method, keyId));
        return (await _client.GetObjectMetadataAsync(_bucket, key)).ServerSideEncryptionMethod == method;
    }

    private async Task<bool> KeepsLifecycleAsync()
    {
        var rule = new LifecycleRule
        {
            Id = "measured",
            Status = LifecycleRuleStatus.Enabled,
            Filter = new LifecycleFilter { Prefix = "nothing/" },
            AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = 7 },
        };
        await _client.PutLifecycleConfigurationAsync(_bucket, new LifecycleConfiguration { Rules = [rule] });
        return (await _client.GetLifecycleConfigurationAsync(_bucket)).Configuration.Rules.Any(kept => kept.Id == rule.Id);
    }

    private async Task PutAsync(string key, Action<PutObjectRequest> change)
    {
        using var content = new MemoryStream([1, 2, 3]);
        var request = new PutObjectRequest { BucketName = _bucket, Key = key, InputStream = content };
        change(request);
        await _client.PutObjectAsync(request);
    }

    private static async Task<bool> IsRefusedAsync(Func<Task> send, HttpStatusCode status)
    {
        try
        {
            await send();
            return false;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == status)
        {
            return true;
        }
    }
}
