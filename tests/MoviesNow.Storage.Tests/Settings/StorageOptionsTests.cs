using Microsoft.Extensions.Options;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Settings;

public sealed class StorageOptionsTests
{
    private static Dictionary<string, string?> Valid() => new(StringComparer.Ordinal)
    {
        ["Storage:Backend"] = "LocalS3",
        ["Storage:ServiceUrl"] = "http://127.0.0.1:9000",
        ["Storage:Bucket"] = "media",
        ["Storage:AccessKeyId"] = "key",
        ["Storage:SecretAccessKey"] = "hidden-secret",
    };

    [Theory]
    [InlineData("Storage:ServiceUrl", "")]
    [InlineData("Storage:ServiceUrl", "not a url")]
    [InlineData("Storage:ServiceUrl", "ftp://x")]
    [InlineData("Storage:ServiceUrl", "http://x/path")]
    [InlineData("Storage:ServiceUrl", "http://user:pw@x")]
    [InlineData("Storage:PublicUrl", "x")]
    [InlineData("Storage:Bucket", "")]
    [InlineData("Storage:Bucket", "Media")]
    [InlineData("Storage:Bucket", "a/b")]
    [InlineData("Storage:Bucket", "-ab")]
    [InlineData("Storage:Region", "")]
    [InlineData("Storage:Region", "eu west")]
    [InlineData("Storage:AccessKeyId", "")]
    [InlineData("Storage:SecretAccessKey", "")]
    [InlineData("Storage:SecretAccessKey", "a b")]
    [InlineData("Storage:SessionToken", "a\nb")]
    [InlineData("Storage:RequestTimeout", "00:00:00")]
    [InlineData("Storage:TransferTimeout", "10:00:00")]
    [InlineData("Storage:OperationTimeout", "00:00:01")]
    [InlineData("Storage:MaxRetries", "-1")]
    [InlineData("Storage:MaxObjectBytes", "0")]
    [InlineData("Storage:MaxObjectBytes", "5497558138881")]
    [InlineData("Storage:HeadCacheDuration", "-00:00:01")]
    [InlineData("Storage:BreakDuration", "00:00:00")]
    [InlineData("Storage:Backend", "7")]
    [InlineData("Storage:Encryption:Mode", "9")]
    [InlineData("Storage:Encryption:KmsKeyId", "k")]
    [InlineData("Storage:Zip:MaxEntryRatio", "0")]
    [InlineData("Storage:Zip:MaxEntryRatio", "1033")]
    [InlineData("Storage:Zip:MaxTotalRatio", "0")]
    [InlineData("Storage:Zip:MaxTotalRatio", "1033")]
    [InlineData("Storage:Zip:RatioFreeBytes", "-1")]
    [InlineData("Storage:Zip:RatioFreeBytes", "1073741825")]
    [InlineData("Storage:Zip:MaxUnpackedBytes", "0")]
    public async Task Start_WrongSetting_FailsAndNamesTheKey(string key, string value)
    {
        var settings = Valid();
        settings[key] = value;
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => StorageHost.StartAsync(settings));
        Assert.Contains(e.Failures, failure => failure.Contains(key, StringComparison.Ordinal));
        Assert.DoesNotContain("hidden-secret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SeveralWrongSettings_NamesThemAll()
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => StorageHost.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Storage:Backend"] = "Ceph",
            ["Storage:Encryption:Mode"] = "Managed",
        }));
        foreach (var key in new[] { "ServiceUrl", "Bucket", "AccessKeyId", "SecretAccessKey", "Encryption:Mode" })
            Assert.Contains(e.Failures, failure => failure.Contains("Storage:" + key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_Valid_BindsEverything()
    {
        var settings = Valid();
        settings["Storage:PublicUrl"] = "https://media.example.com";
        settings["Storage:Encryption:Mode"] = "Kms";
        settings["Storage:Encryption:KmsKeyId"] = "k";
        settings["Storage:Capabilities:ConditionalPut"] = "false";
        settings["Storage:Zip:MaxEntryRatio"] = "1032";
        settings["Storage:Zip:MaxTotalRatio"] = "1";
        settings["Storage:Zip:RatioFreeBytes"] = "0";
        settings["Storage:Zip:MaxUnpackedBytes"] = "1";
        await using var host = await StorageHost.StartAsync(settings);
        Assert.Equal((1_032, 1, 0L, 1L), (host.Options.Zip.MaxEntryRatio, host.Options.Zip.MaxTotalRatio, host.Options.Zip.RatioFreeBytes, host.Options.Zip.MaxUnpackedBytes));
        Assert.Equal("https://media.example.com", host.Options.PublicUrl);
        Assert.Equal(Encryption.Kms("k"), host.Options.Encryption.ToEncryption());
        Assert.Equal(StorageCapabilities.Preset(StorageBackend.LocalS3) with { ConditionalPut = false }, host.Store.Capabilities);
    }

    [Fact]
    public void Preset_Ceph_LacksWhatItsGatewayLacks()
    {
        Assert.Equal(
            new StorageCapabilities(ConditionalPut: true, ConditionalComplete: false, ConditionalDelete: false, Checksums: false, ManagedEncryption: false, KmsEncryption: true,
                Lifecycle: true),
            StorageCapabilities.Preset(StorageBackend.Ceph));
        Assert.Equal(StorageCapabilities.Preset(StorageBackend.Aws), StorageCapabilities.Preset(StorageBackend.LocalS3));
    }

    [Theory]
    [InlineData(null, "eu-west-1", null, "media.s3.eu-west-1.amazonaws.com", "/")]
    [InlineData(null, "cn-north-1", null, "media.s3.cn-north-1.amazonaws.com.cn", "/")]
    [InlineData("https://s3.example.com:8443", "us-east-1", null, "media.s3.example.com:8443", "/")]
    [InlineData("https://s3.example.com", "us-east-1", true, "s3.example.com", "/media/")]
    [InlineData("http://127.0.0.1:9000", "us-east-1", false, "127.0.0.1:9000", "/media/")]
    public void Address_OfABucket_IsVirtualHostWherePossible(string? url, string region, bool? pathStyle, string authority, string prefix)
    {
        var address = new StorageOptions { ServiceUrl = url, Region = region, ForcePathStyle = pathStyle, Bucket = "media" }.ServiceAddress;
        Assert.Equal((authority, prefix), (address.Authority, address.PathPrefix));
    }
}
