using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Transfer;

/// <summary>The catalogue as a file.</summary>
internal sealed class ExportGrpcService(CatalogExport export) : ExportService.ExportServiceBase
{
    private const int ChunkSize = 65_536;

    public override async Task ExportCatalog(
        ExportCatalogRequest request, IServerStreamWriter<ExportCatalogResponse> responseStream, ServerCallContext context)
    {
        var chunk = new ArrayBufferWriter<byte>(ChunkSize);
        await export.WriteAsync(WriteAsync, context.CancellationToken);
        if (chunk.WrittenCount > 0)
        {
            await SendAsync();
        }

        async Task WriteAsync(ReadOnlyMemory<byte> line)
        {
            chunk.Write(line.Span);
            if (chunk.WrittenCount >= ChunkSize)
            {
                await SendAsync();
            }
        }

        Task SendAsync()
        {
            var data = ByteString.CopyFrom(chunk.WrittenSpan);
            chunk.ResetWrittenCount();
            return responseStream.WriteAsync(new() { Data = data }, context.CancellationToken);
        }
    }
}
