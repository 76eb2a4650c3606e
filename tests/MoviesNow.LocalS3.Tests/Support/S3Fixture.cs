using Amazon.Runtime;
using Amazon.S3;

namespace MoviesNow.LocalS3.Tests.Support;

/// <summary>An endpoint of its own for each test class, with one bucket.</summary>
public sealed class S3Fixture : IAsyncLifetime
{
    public const string Bucket = "movies";

    internal MovableClock Clock { get; } = new();

    public LocalS3Host Host { get; private set; } = null!;

    /// <summary>The SDK as it comes: every request carries a checksum, every response is validated.</summary>
    public AmazonS3Client S3 { get; private set; } = null!;

    /// <summary>The SDK for servers that know no checksums.</summary>
    public AmazonS3Client PlainS3 { get; private set; } = null!;

    internal RawS3 Raw { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await LocalS3Host.StartAsync(
            options =>
            {
                options.Buckets.Add(Bucket);
                options.CorsOrigins.Add("http://localhost:5173");
                options.Domain = "s3.test";
                options.Fsync = false;
            },
            Clock);
        S3 = Client(Host, RequestChecksumCalculation.WHEN_SUPPORTED);
        PlainS3 = Client(Host, RequestChecksumCalculation.WHEN_REQUIRED);
        Raw = new RawS3(Host, Clock);
    }

    public async Task DisposeAsync()
    {
        S3.Dispose();
        PlainS3.Dispose();
        Raw.Dispose();
        await Host.DisposeAsync();
    }

    public static AmazonS3Client Client(LocalS3Host host, RequestChecksumCalculation checksums = RequestChecksumCalculation.WHEN_SUPPORTED) =>
        Client(host.Url, host.AccessKey, host.SecretKey, checksums);

    public static AmazonS3Client Client(string url, string accessKey, string secretKey, RequestChecksumCalculation checksums = RequestChecksumCalculation.WHEN_SUPPORTED) =>
        new(new BasicAWSCredentials(accessKey, secretKey), new AmazonS3Config
        {
            ServiceURL = url,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = 0,
            RequestChecksumCalculation = checksums,
            ResponseChecksumValidation = checksums == RequestChecksumCalculation.WHEN_REQUIRED
                ? ResponseChecksumValidation.WHEN_REQUIRED
                : ResponseChecksumValidation.WHEN_SUPPORTED,
        });
}

/// <summary>The real clock, moved.</summary>
internal sealed class MovableClock : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}

/// <summary>A clock that stands still.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}

internal static class Bytes
{
    /// <summary>Bytes that look random and are the same each time.</summary>
    public static byte[] Random(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
