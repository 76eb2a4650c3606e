using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compresses and decompresses messages of one <c>grpc-encoding</c>.</summary>
public interface ICompressionProvider
{
    /// <summary>Name of the encoding, as in <c>grpc-encoding</c>.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses into <paramref name="stream" /> and leaves it open.</summary>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that decompresses from <paramref name="stream" />.</summary>
    Stream CreateDecompressionStream(Stream stream);
}
