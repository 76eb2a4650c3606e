using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.IO;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Proxy;

/// <summary>Receives the bytes of a small file from a stream, into blocks of memory that are used again.</summary>
internal sealed class SmallFileReceiver
{
    // Blocks that nobody uses are kept for the next files, as many as a few large ones need.
    private readonly RecyclableMemoryStreamManager _memory = new(new RecyclableMemoryStreamManager.Options
    {
        MaximumSmallPoolFreeBytes = 4 * ProxyLimits.MaxFile,
    });

    /// <summary>Bytes of memory that files are in at the moment.</summary>
    public long BytesInUse => _memory.SmallPoolInUseSize + _memory.LargePoolInUseSize;

    /// <summary>Reads the data that follows the header.</summary>
    /// <exception cref="RpcException">Too much, too little, or something else than data comes.</exception>
    public async Task<ReceivedFile> ReceiveAsync(
        IAsyncStreamReader<StreamSmallFileRequest> requests, SmallFile declared, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var content = _memory.GetStream();
        try
        {
            while (await requests.MoveNext(cancellationToken))
            {
                var data = DataOf(requests.Current);
                RequireRoom(declared, content.Length + data.Length);
                hash.AppendData(data.Span);
                content.Write(data.Span);
            }

            ReceivedFile.RequireSize(content.Length);
            content.Position = 0;
            return new ReceivedFile(content, Sha256Digest.FromBytes(hash.GetHashAndReset()));
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    private static ReadOnlyMemory<byte> DataOf(StreamSmallFileRequest message)
    {
        if (message.ContentCase is not StreamSmallFileRequest.ContentOneofCase.Data)
        {
            throw Invalid(message.ContentCase is StreamSmallFileRequest.ContentOneofCase.Header ? "header" : "data",
                "must be the first message, and data all others");
        }

        return message.Data.Length <= ProxyLimits.MaxChunk ? message.Data.Memory : throw Invalid("data", "must have at most 1,048,576 bytes in one message");
    }

    private static void RequireRoom(SmallFile declared, long size)
    {
        if (size > ProxyLimits.MaxFile)
        {
            throw ProxyLimits.TooLarge();
        }

        if (size > declared.MaxSize)
        {
            throw declared.WrongSize(size);
        }
    }

    private static RpcException Invalid(string field, string description) => RpcErrors.InvalidFields([new() { Field = field, Description = description }]);
}
