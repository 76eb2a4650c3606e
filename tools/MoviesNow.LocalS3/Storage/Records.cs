using System.Text.Json.Serialization;
using MoviesNow.LocalS3.Checksums;

namespace MoviesNow.LocalS3.Storage;

/// <summary>Names and values that a client gave.</summary>
internal static class Names
{
    public static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>What a client said of an object when it began to write it, and gets back with it.</summary>
internal sealed record ObjectHeaders
{
    public string? ContentType { get; init; }

    public string? CacheControl { get; init; }

    public string? ContentDisposition { get; init; }

    public string? ContentEncoding { get; init; }

    public string? ContentLanguage { get; init; }

    public string? Expires { get; init; }

    public string? WebsiteRedirect { get; init; }

    /// <summary>Names without <c>x-amz-meta-</c>, in lower case.</summary>
    public IReadOnlyDictionary<string, string> UserMetadata { get; init; } = Names.None;

    /// <summary>Server-side encryption headers as asked for. Recorded and echoed; files are not encrypted.</summary>
    public IReadOnlyDictionary<string, string> Encryption { get; init; } = Names.None;
}

/// <summary>A run of an object's bytes that is kept in one file.</summary>
/// <param name="Data">The file's name under <c>data/</c>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="PartNumber">Of the multipart upload; null for a single PUT.</param>
/// <param name="Checksum">The part's checksum in the object's algorithm.</param>
internal sealed record Segment(string Data, long Size, int? PartNumber = null, string? Checksum = null);

/// <summary>One object: everything but its bytes. Kept as one JSON file whose rename publishes the object.</summary>
internal sealed record ObjectRecord
{
    public required string Key { get; init; }

    /// <summary>Unique to this write; tells two objects of the same key apart.</summary>
    public required string Version { get; init; }

    public required long Size { get; init; }

    /// <summary>Without quotes.</summary>
    public required string ETag { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    public required ObjectHeaders Headers { get; init; }

    public required IReadOnlyList<Segment> Segments { get; init; }

    public ObjectChecksum? Checksum { get; init; }

    /// <summary>The multipart upload that made it, so that a repeated completion is known as such.</summary>
    public string? UploadId { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = Names.None;
}

/// <summary>A multipart upload as it was begun.</summary>
internal sealed record UploadRecord
{
    public required string Id { get; init; }

    public required string Key { get; init; }

    public required DateTimeOffset Initiated { get; init; }

    public required ObjectHeaders Headers { get; init; }

    public required ChecksumAlgorithm Algorithm { get; init; }

    public required ChecksumType ChecksumType { get; init; }

    /// <summary>Whether the client chose the algorithm; if not, CRC-64/NVME is kept without being announced.</summary>
    public bool ChecksumAsked { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = Names.None;
}

/// <summary>One uploaded part.</summary>
internal sealed record PartRecord
{
    public required int Number { get; init; }

    public required string Data { get; init; }

    public required long Size { get; init; }

    public required string ETag { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    /// <summary>In the upload's algorithm, and in the one the part was sent with.</summary>
    public required IReadOnlyDictionary<ChecksumAlgorithm, string> Checksums { get; init; }
}

/// <summary>A bucket and its configurations, kept as the documents that clients sent.</summary>
internal sealed record BucketRecord
{
    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    public string? Cors { get; init; }

    public string? Lifecycle { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = Names.None;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ObjectRecord))]
[JsonSerializable(typeof(UploadRecord))]
[JsonSerializable(typeof(PartRecord))]
[JsonSerializable(typeof(BucketRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
