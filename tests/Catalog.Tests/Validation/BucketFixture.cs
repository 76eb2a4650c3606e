using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MoviesNow.Catalog.Validation.Objects;
using MoviesNow.LocalS3;
using MoviesNow.Storage;

namespace MoviesNow.Catalog.Tests.Validation;

/// <summary>A bucket of its own, in LocalS3.</summary>
public sealed class BucketFixture : IAsyncLifetime
{
    private const string Bucket = "media";

    private IHost? _host;

    public LocalS3Host S3 { get; private set; } = null!;

    /// <summary>The configuration that leads to the bucket.</summary>
    public (string Key, string? Value)[] Settings =>
    [
        ("Storage:Backend", "LocalS3"), ("Storage:ServiceUrl", S3.Url), ("Storage:Bucket", Bucket), ("Storage:Region", S3.Region),
        ("Storage:AccessKeyId", S3.AccessKey), ("Storage:SecretAccessKey", S3.SecretKey),
    ];

    public async Task InitializeAsync()
    {
        S3 = await LocalS3Host.StartAsync(options =>
        {
            options.Fsync = false;
            options.Buckets = [Bucket];
        });
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(Settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.AddObjectStorage();
        _host = builder.Build();
    }

    public async Task DisposeAsync()
    {
        _host?.Dispose();
        await S3.DisposeAsync();
    }

    internal ObjectExamination Examination(ObjectLimits? limits = null) => new(_host!.Services.GetRequiredService<IObjectStore>(), limits ?? new());

    /// <summary>Puts an object into the bucket.</summary>
    public async Task PutAsync(string key, byte[] content)
    {
        using var stream = new MemoryStream(content);
        var outcome = await _host!.Services.GetRequiredService<IObjectStore>()
            .PutAsync(StorageKey.Parse(key), stream, content.Length, sha256: null, new ObjectHeaders(), CancellationToken.None);
        Assert.Equal(PutStatus.Stored, outcome.Status);
    }
}
