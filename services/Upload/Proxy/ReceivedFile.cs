using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Proxy;

/// <summary>A small file that has arrived whole, in memory.</summary>
internal sealed class ReceivedFile(Stream content, Sha256Digest sha256) : IDisposable
{
    /// <summary>Its bytes, from the first.</summary>
    public Stream Content => content;

    /// <summary>How many.</summary>
    public long Size => content.Length;

    public Sha256Digest Sha256 => sha256;

    /// <summary>The file in a message, which is not copied.</summary>
    /// <exception cref="RpcException">It is empty, or larger than 10 MiB.</exception>
    public static ReceivedFile Of(ByteString data)
    {
        RequireSize(data.Length);
        var bytes = MemoryMarshal.TryGetArray(data.Memory, out var array) ? array : new ArraySegment<byte>(data.ToByteArray());
        var content = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        return new ReceivedFile(content, Sha256Digest.FromBytes(SHA256.HashData(data.Span)));
    }

    /// <summary>Passes when a file may have so many bytes.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT, or RESOURCE_EXHAUSTED <c>PROXY_TOO_LARGE</c>.</exception>
    public static void RequireSize(long size)
    {
        if (size > ProxyLimits.MaxFile)
        {
            throw ProxyLimits.TooLarge();
        }

        if (size == 0)
        {
            throw RpcErrors.InvalidFields([new() { Field = "data", Description = "must have 1 to 10,485,760 bytes in all" }]);
        }
    }

    public void Dispose() => content.Dispose();
}
