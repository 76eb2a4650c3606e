using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Clients;

namespace MoviesNow.Catalog.Tests.Import;

/// <summary>Imports as a client makes them.</summary>
internal static class ImportCalls
{
    private const int ChunkSize = 65_536;

    public static ImportHeader Header(ImportFormat format, Guid? id = null) =>
        new() { ImportId = (id ?? Samples.NewId()).ToString(), Format = format, SourceName = "file" };

    public static Task<V1.Import> ImportAsync(this Clients clients, ImportFormat format, string file) => clients.ImportAsync(Header(format), file);

    public static Task<V1.Import> ImportAsync(this Clients clients, ImportHeader header, string file) =>
        clients.ImportAsync(header, Encoding.UTF8.GetBytes(file).Chunk(ChunkSize));

    public static async Task<V1.Import> ImportAsync(this Clients clients, ImportHeader header, IEnumerable<byte[]> chunks)
    {
        using var call = clients.Imports.ImportCatalog();
        var response = await call.SendAsync(async (requests, token) =>
        {
            await requests.WriteAsync(new() { Header = header }, token);
            foreach (var chunk in chunks)
            {
                await requests.WriteAsync(new() { Data = ByteString.CopyFrom(chunk) }, token);
            }
        });
        return response.Import;
    }

    /// <summary>All rejections, page by page.</summary>
    public static async Task<List<ImportRejection>> RejectionsAsync(this Clients clients, string importId, int pageSize = 1_000)
    {
        var rejections = new List<ImportRejection>();
        var request = new ListImportRejectionsRequest { ImportId = importId, PageSize = pageSize };
        do
        {
            var page = await clients.Imports.ListImportRejectionsAsync(request);
            rejections.AddRange(page.Rejections);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return rejections;
    }

    public static async Task<string> ExportAsync(this Clients clients)
    {
        using var call = clients.Exports.ExportCatalog(new());
        var bytes = new MemoryStream();
        await foreach (var chunk in call.ResponseStream.ReadAllAsync())
        {
            chunk.Data.WriteTo(bytes);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Created, updated, unchanged, skipped and rejected lines.</summary>
    public static (long Created, long Updated, long Unchanged, long Skipped, long Rejected) Counts(this V1.Import import) =>
        (import.CreatedCount, import.UpdatedCount, import.UnchangedCount, import.SkippedCount, import.RejectedCount);
}
