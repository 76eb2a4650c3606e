using System.Security.Cryptography;

namespace MoviesNow.LocalS3.Checksums;

/// <summary>A running checksum of bytes.</summary>
internal abstract class Checksum : IDisposable
{
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>The value in base64, as S3 sends it. Call once.</summary>
    public abstract string Finish();

    public virtual void Dispose()
    {
    }

    public static Checksum Create(ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Sha1 => new Hash(HashAlgorithmName.SHA1),
        ChecksumAlgorithm.Sha256 => new Hash(HashAlgorithmName.SHA256),
        _ => new Cyclic(CrcTable.For(algorithm)),
    };

    private sealed class Hash(HashAlgorithmName name) : Checksum
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(name);

        public override void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

        public override string Finish() => Convert.ToBase64String(_hash.GetHashAndReset());

        public override void Dispose()
        {
            _hash.Dispose();
            base.Dispose();
        }
    }

    private sealed class Cyclic(CrcTable table) : Checksum
    {
        private ulong _state = table.Mask;

        public override void Append(ReadOnlySpan<byte> bytes) => _state = table.Update(_state, bytes);

        public override string Finish() => CrcTable.ToBase64(_state ^ table.Mask, table.Width);
    }
}
