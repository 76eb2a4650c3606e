using System.Security.Cryptography;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Builds and publishes the record of an object that was received into one data file.</summary>
internal sealed class ObjectWriter(TimeProvider time)
{
    /// <summary>The checksum every object gets when its writer asks for none.</summary>
    public const ChecksumAlgorithm DefaultChecksum = ChecksumAlgorithm.Crc64Nvme;

    public static string NewVersion() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The time that a write carries: in milliseconds, the resolution of S3's documents.</summary>
    public DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    public async Task<ObjectRecord> PublishAsync(
        Bucket bucket, NewObject created, DataFileWriter file, WriteCondition condition, CancellationToken cancellationToken)
    {
        file.Finish();
        var record = new ObjectRecord
        {
            Key = created.Key,
            Version = NewVersion(),
            Size = created.Digest.Length,
            ETag = created.Digest.Md5,
            LastModified = Now(),
            Headers = created.Headers,
            Tags = created.Tags,
            Segments = [new Segment(file.Name, created.Digest.Length)],
            Checksum = new ObjectChecksum(created.Algorithm, ChecksumType.FullObject, created.Digest.Checksums[created.Algorithm]),
        };
        await bucket.Objects.PublishAsync(record, condition, file.Keep, cancellationToken);
        return record;
    }
}

/// <summary>What a PUT or a copy made.</summary>
internal sealed record NewObject(
    string Key, ObjectHeaders Headers, IReadOnlyDictionary<string, string> Tags, BodyDigest Digest, ChecksumAlgorithm Algorithm);
