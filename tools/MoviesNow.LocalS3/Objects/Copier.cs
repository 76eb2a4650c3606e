using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Copies a range of an object into a data file, calculating what a received body would have.</summary>
internal static class Copier
{
    public static async Task<BodyDigest> CopyAsync(
        ObjectLease source, ByteRange range, DataFileWriter file, ChecksumAlgorithm algorithm, CancellationToken cancellationToken)
    {
        using var running = new RunningDigest(payloadSha256: false, [algorithm]);
        await source.CopyToAsync(range.Offset, range.Length, Write, cancellationToken);
        return running.Finish().Digest;

        ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken token)
        {
            running.Append(bytes.Span);
            return file.WriteAsync(bytes, token);
        }
    }
}
