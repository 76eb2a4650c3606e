using System.Buffers;
using Microsoft.Extensions.Options;

namespace MoviesNow.Storage;

/// <summary>Collects everything that is wrong with <see cref="StorageOptions"/>, by the setting's full name and without its value.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    private static readonly SearchValues<char> BucketCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");
    private static readonly SearchValues<char> RegionCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(30);

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var violations = new List<string>();
        Addresses(options, violations);
        Names(options, violations);
        Limits(options, violations);
        ServerSideEncryption(options, violations);
        Zips(options.Zip, violations);
        return violations.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(violations);
    }

    private static void Addresses(StorageOptions options, List<string> violations)
    {
        if (!Enum.IsDefined(options.Backend))
            violations.Add("Storage:Backend must be Aws, Ceph or LocalS3.");
        if (string.IsNullOrEmpty(options.ServiceUrl) && options.Backend is not StorageBackend.Aws)
            violations.Add($"Storage:ServiceUrl is required with Storage:Backend {options.Backend}.");
        if (!string.IsNullOrEmpty(options.ServiceUrl) && !IsAddress(options.ServiceUrl))
            violations.Add("Storage:ServiceUrl must be an http or https address without path, query or user.");
        if (!string.IsNullOrEmpty(options.PublicUrl) && !IsAddress(options.PublicUrl))
            violations.Add("Storage:PublicUrl must be an http or https address without path, query or user.");
    }

    private static void Names(StorageOptions options, List<string> violations)
    {
        if (!IsBucket(options.Bucket))
            violations.Add("Storage:Bucket must be 3 to 63 of a-z, 0-9, '.' and '-', and begin and end with a letter or digit.");
        if (options.Region.Length is 0 or > 64 || options.Region.AsSpan().ContainsAnyExcept(RegionCharacters))
            violations.Add("Storage:Region must be 1 to 64 of a-z, 0-9 and '-'.");
        if (!IsVisibleAscii(options.AccessKeyId))
            violations.Add("Storage:AccessKeyId is required, in visible ASCII.");
        if (!IsVisibleAscii(options.SecretAccessKey))
            violations.Add("Storage:SecretAccessKey is required, in visible ASCII.");
        if (!string.IsNullOrEmpty(options.SessionToken) && !IsVisibleAscii(options.SessionToken))
            violations.Add("Storage:SessionToken must be visible ASCII.");
    }

    private static void Limits(StorageOptions options, List<string> violations)
    {
        Timeout("ConnectTimeout", options.ConnectTimeout, violations);
        Timeout("RequestTimeout", options.RequestTimeout, violations);
        Timeout("OperationTimeout", options.OperationTimeout, violations);
        Timeout("TransferTimeout", options.TransferTimeout, violations);
        if (options.BreakDuration < TimeSpan.FromSeconds(0.5) || options.BreakDuration > TimeSpan.FromMinutes(5))
            violations.Add("Storage:BreakDuration must be from 0.5 seconds to 5 minutes.");
        if (options.OperationTimeout < options.RequestTimeout)
            violations.Add("Storage:OperationTimeout must not be shorter than Storage:RequestTimeout.");
        if (options.MaxRetries is < 0 or > 10)
            violations.Add("Storage:MaxRetries must be from 0 to 10.");
        if (options.MaxObjectBytes is < 1 or > StorageOptions.S3MaxObjectBytes)
            violations.Add("Storage:MaxObjectBytes must be from 1 byte to 5 TiB.");
        if (options.HeadCacheDuration < TimeSpan.Zero || options.HeadCacheDuration > TimeSpan.FromMinutes(10))
            violations.Add("Storage:HeadCacheDuration must be from zero to 10 minutes.");
    }

    private static void ServerSideEncryption(StorageOptions options, List<string> violations)
    {
        var capabilities = StorageCapabilities.Of(options);
        var encryption = options.Encryption;
        if (!Enum.IsDefined(encryption.Mode))
            violations.Add("Storage:Encryption:Mode must be None, Managed or Kms.");
        if (encryption.Mode is EncryptionMode.Managed && !capabilities.ManagedEncryption)
            violations.Add("Storage:Encryption:Mode is Managed, but Storage:Capabilities:ManagedEncryption is off.");
        if (encryption.Mode is EncryptionMode.Kms && !capabilities.KmsEncryption)
            violations.Add("Storage:Encryption:Mode is Kms, but Storage:Capabilities:KmsEncryption is off.");
        if (!string.IsNullOrEmpty(encryption.KmsKeyId) && (encryption.Mode is not EncryptionMode.Kms || !IsVisibleAscii(encryption.KmsKeyId)))
            violations.Add("Storage:Encryption:KmsKeyId is for Storage:Encryption:Mode Kms only, in visible ASCII.");
    }

    private static void Zips(ZipLimits limits, List<string> violations)
    {
        if (limits.MaxEntryRatio is < 1 or > ZipLimits.BestDeflateRatio)
            violations.Add("Storage:Zip:MaxEntryRatio must be from 1 to 1,032, such as 100.");
        if (limits.MaxTotalRatio is < 1 or > ZipLimits.BestDeflateRatio)
            violations.Add("Storage:Zip:MaxTotalRatio must be from 1 to 1,032, such as 20.");
        if (limits.RatioFreeBytes is < 0 or > 1L << 30)
            violations.Add("Storage:Zip:RatioFreeBytes must be from 0 to 1 GiB, such as 1048576.");
        if (limits.MaxUnpackedBytes < 1)
            violations.Add("Storage:Zip:MaxUnpackedBytes must be at least 1 byte, such as 1099511627776.");
    }

    private static void Timeout(string name, TimeSpan value, List<string> violations)
    {
        if (value < TimeSpan.FromMilliseconds(10) || value > LongestTimeout)
            violations.Add($"Storage:{name} must be from 10 milliseconds to 30 minutes.");
    }

    private static bool IsAddress(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" };

    private static bool IsBucket(string bucket) =>
        bucket.Length is >= 3 and <= 63
        && !bucket.AsSpan().ContainsAnyExcept(BucketCharacters)
        && char.IsAsciiLetterOrDigit(bucket[0]) && char.IsAsciiLetterOrDigit(bucket[^1])
        && !bucket.Contains("..", StringComparison.Ordinal);

    private static bool IsVisibleAscii(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
