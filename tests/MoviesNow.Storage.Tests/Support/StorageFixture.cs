using System.Collections;
using System.Security.Cryptography;
using MoviesNow.LocalS3;

namespace MoviesNow.Storage.Tests.Support;

/// <summary>
/// A bucket for the tests: on the server that the environment names by <c>Storage__ServiceUrl</c> and the other settings of a service,
/// otherwise on an endpoint of our own.
/// </summary>
public sealed class StorageFixture : IAsyncLifetime
{
    private LocalS3Host? _local;
    private StorageHost? _host;

    internal StorageHost Host => _host!;

    internal IObjectStore Store => Host.Store;

    internal HttpClient Http { get; } = new();

    public async Task InitializeAsync()
    {
        var settings = ExternalSettings();
        if (settings.Count == 0)
        {
            _local = await LocalS3Host.StartAsync(options => options.Fsync = false);
            settings = SettingsOf(_local);
        }

        _host = await StorageHost.StartAsync(settings);
        await _host.Bucket.EnsureBucketAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        if (_local is not null)
            await _local.DisposeAsync();
    }

    internal static Dictionary<string, string?> SettingsOf(LocalS3Host server) => new(StringComparer.Ordinal)
    {
        ["Storage:Backend"] = "LocalS3",
        ["Storage:ServiceUrl"] = server.Url,
        ["Storage:Bucket"] = "media",
        ["Storage:Region"] = server.Region,
        ["Storage:AccessKeyId"] = server.AccessKey,
        ["Storage:SecretAccessKey"] = server.SecretKey,
    };

    /// <summary>A key of its own for each test.</summary>
    internal static StorageKey NewKey(string name = "x.bin") =>
        StorageLayout.Original(Guid.CreateVersion7(), null, FileNameSegment.Sanitize(name));

    internal async Task<StorageKey> StoreAsync(byte[] content, string name = "x.bin")
    {
        var key = NewKey(name);
        var outcome = await Store.PutAsync(key, new OneWayStream(content), content.Length, Digest(content), new ObjectHeaders(), CancellationToken.None);
        Assert.Equal(PutStatus.Stored, outcome.Status);
        return key;
    }

    internal async Task<byte[]> ReadAsync(StorageKey key)
    {
        await using var content = await Store.OpenReadAsync(key, null, null, CancellationToken.None);
        var copy = new MemoryStream();
        await content!.CopyToAsync(copy);
        return copy.ToArray();
    }

    internal static Sha256Digest Digest(byte[] content) => Sha256Digest.FromBytes(SHA256.HashData(content));

    private static Dictionary<string, string?> ExternalSettings()
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (Environment.GetEnvironmentVariable("Storage__ServiceUrl") is null)
            return settings;

        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Key is string name && name.StartsWith("Storage__", StringComparison.Ordinal))
                settings[name.Replace("__", ":", StringComparison.Ordinal)] = (string?)variable.Value;
        }

        return settings;
    }
}

[CollectionDefinition(nameof(StorageFixture))]
public sealed class UsesStorage : ICollectionFixture<StorageFixture>;
