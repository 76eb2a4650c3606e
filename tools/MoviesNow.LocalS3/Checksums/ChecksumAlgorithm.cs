using System.Text.Json.Serialization;

namespace MoviesNow.LocalS3.Checksums;

/// <summary>The checksums that S3 clients may ask for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChecksumAlgorithm>))]
internal enum ChecksumAlgorithm
{
    Crc32,
    Crc32C,
    Crc64Nvme,
    Sha1,
    Sha256,
}

/// <summary>Whether a multipart object's checksum covers its bytes, or the checksums of its parts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChecksumType>))]
internal enum ChecksumType
{
    FullObject,
    Composite,
}

/// <summary>Names and sizes of the algorithms.</summary>
internal static class ChecksumAlgorithms
{
    public const string HeaderPrefix = "x-amz-checksum-";

    public static readonly IReadOnlyList<ChecksumAlgorithm> All = Enum.GetValues<ChecksumAlgorithm>();

    /// <summary>As in <c>x-amz-checksum-algorithm</c>.</summary>
    public static string Name(this ChecksumAlgorithm algorithm) => algorithm.ToString().ToUpperInvariant();

    /// <summary>The header that carries a value of this algorithm.</summary>
    public static string Header(this ChecksumAlgorithm algorithm) => HeaderPrefix + algorithm.ToString().ToLowerInvariant();

    /// <summary>The element that carries a value of this algorithm.</summary>
    public static string Element(this ChecksumAlgorithm algorithm) => "Checksum" + algorithm.Name();

    public static int Length(this ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 or ChecksumAlgorithm.Crc32C => 4,
        ChecksumAlgorithm.Crc64Nvme => 8,
        ChecksumAlgorithm.Sha1 => 20,
        _ => 32,
    };

    public static bool IsCrc(this ChecksumAlgorithm algorithm) => algorithm <= ChecksumAlgorithm.Crc64Nvme;

    /// <summary>As in <c>x-amz-checksum-type</c>.</summary>
    public static string Name(this ChecksumType type) => type == ChecksumType.Composite ? "COMPOSITE" : "FULL_OBJECT";

    public static ChecksumAlgorithm? Parse(string name)
    {
        foreach (var algorithm in All)
        {
            if (string.Equals(algorithm.Name(), name, StringComparison.OrdinalIgnoreCase))
                return algorithm;
        }

        return null;
    }

    /// <summary>Whether the text is base64 of the right length.</summary>
    public static bool IsValue(this ChecksumAlgorithm algorithm, string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        return text.Length <= 64 && Convert.TryFromBase64String(text, bytes, out var length) && length == algorithm.Length();
    }
}
