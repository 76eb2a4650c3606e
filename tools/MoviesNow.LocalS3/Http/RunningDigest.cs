using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using MoviesNow.LocalS3.Checksums;

namespace MoviesNow.LocalS3.Http;

/// <summary>Everything that is calculated over a body in the one pass that stores it.</summary>
[SuppressMessage("Security", "CA5351", Justification = "ETags are MD5 by the protocol; nothing is secured by it.")]
internal sealed class RunningDigest : IDisposable
{
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly IncrementalHash? _sha256;
    private readonly (ChecksumAlgorithm Algorithm, Checksum Checksum)[] _checksums;

    public RunningDigest(bool payloadSha256, IEnumerable<ChecksumAlgorithm> algorithms)
    {
        _sha256 = payloadSha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        _checksums = [.. algorithms.Distinct().Select(algorithm => (algorithm, Checksum.Create(algorithm)))];
    }

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        _md5.AppendData(bytes);
        _sha256?.AppendData(bytes);
        foreach (var (_, checksum) in _checksums)
            checksum.Append(bytes);
    }

    /// <summary>The values. Call once.</summary>
    public (BodyDigest Digest, string? PayloadSha256) Finish() => (
        new BodyDigest(Length, Convert.ToHexStringLower(_md5.GetHashAndReset()), _checksums.ToDictionary(c => c.Algorithm, c => c.Checksum.Finish())),
        _sha256 is null ? null : Convert.ToHexStringLower(_sha256.GetHashAndReset()));

    public void Dispose()
    {
        _md5.Dispose();
        _sha256?.Dispose();
        foreach (var (_, checksum) in _checksums)
            checksum.Dispose();
    }
}
