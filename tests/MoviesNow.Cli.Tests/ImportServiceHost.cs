using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Tests;

/// <summary>A catalogue that keeps the bytes of imports, rejects lines that begin with an exclamation mark, and fails when it is told to.</summary>
internal sealed class ImportServiceHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ImportServiceHost(WebApplication app, Catalogue catalogue) => (_app, State) = (app, catalogue);

    public Catalogue State { get; }

    /// <summary>Starts it, and tells the command line of a directory where it is.</summary>
    public static async Task<ImportServiceHost> StartAsync(DirectoryInfo directory)
    {
        var catalogue = new Catalogue();
        var app = await LoopbackServer.StartAsync(
            HttpProtocols.Http2,
            services => services.AddSingleton(catalogue).AddGrpc(),
            app =>
            {
                app.MapGrpcService<Imports>();
                app.MapGrpcService<Exports>();
            });
        await File.WriteAllTextAsync(
            Path.Combine(directory.CreateSubdirectory(".moviesnow").FullName, "environment.json"),
            JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Auth:LocalSigningKey"] = "bW92aWVzbm93LXRlc3RzLXNpZ25pbmcta2V5LTAwMDE=",
                ["services:catalog:grpc:0"] = app.Urls.Single(),
            }));
        return new ImportServiceHost(app, catalogue);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed class Catalogue
    {
        public Dictionary<string, (Import Import, MemoryStream Bytes)> Imports { get; } = new(StringComparer.Ordinal);

        public List<ImportHeader> Headers { get; } = [];

        /// <summary>After how many bytes the next calls fail, and how.</summary>
        public Queue<(int Bytes, ErrorReason Reason)> Failures { get; } = [];

        public byte[] Export { get; set; } = [];
    }

    private sealed class Imports(Catalogue catalogue) : ImportService.ImportServiceBase
    {
        public override async Task<ImportCatalogResponse> ImportCatalog(IAsyncStreamReader<ImportCatalogRequest> requestStream, ServerCallContext context)
        {
            await requestStream.MoveNext();
            var header = requestStream.Current.Header;
            catalogue.Headers.Add(header);
            if (header.Restart)
            {
                catalogue.Imports.Remove(header.ImportId);
            }

            catalogue.Imports.TryAdd(
                header.ImportId, (new Import { Id = header.ImportId, Format = header.Format, State = ImportState.Incomplete }, new MemoryStream()));
            var (import, bytes) = catalogue.Imports[header.ImportId];
            var hasFailure = catalogue.Failures.TryDequeue(out var failure);
            while (await requestStream.MoveNext())
            {
                requestStream.Current.Data.WriteTo(bytes);
                import.CommittedBytes = bytes.Length;
                if (hasFailure && bytes.Length >= failure.Bytes)
                {
                    throw RpcErrors.Of(failure.Reason);
                }
            }

            import.State = ImportState.Completed;
            import.RejectedCount = Lines(bytes).Count(line => line.StartsWith('!'));
            import.CreatedCount = Lines(bytes).Length - import.RejectedCount;
            return new() { Import = import };
        }

        public override Task<GetImportResponse> GetImport(GetImportRequest request, ServerCallContext context) =>
            catalogue.Imports.TryGetValue(request.ImportId, out var known)
                ? Task.FromResult(new GetImportResponse { Import = known.Import })
                : throw RpcErrors.Of(ErrorReason.ImportNotFound);

        public override Task<ListImportRejectionsResponse> ListImportRejections(ListImportRejectionsRequest request, ServerCallContext context)
        {
            var rejections = Lines(catalogue.Imports[request.ImportId].Bytes)
                .Select((line, i) => new ImportRejection { Line = i + 1, Excerpt = line, Violations = { new ImportViolation { Field = "mark", Reason = "is there" } } })
                .Where(rejection => rejection.Excerpt.StartsWith('!')).ToArray();
            var start = int.Parse(request.PageToken.Length > 0 ? request.PageToken : "0");
            return Task.FromResult(new ListImportRejectionsResponse
            {
                Rejections = { rejections.Skip(start).Take(request.PageSize) },
                NextPageToken = start + request.PageSize < rejections.Length ? $"{start + request.PageSize}" : "",
            });
        }

        private static string[] Lines(MemoryStream bytes) =>
            System.Text.Encoding.UTF8.GetString(bytes.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed class Exports(Catalogue catalogue) : ExportService.ExportServiceBase
    {
        public override async Task ExportCatalog(
            ExportCatalogRequest request, IServerStreamWriter<ExportCatalogResponse> responseStream, ServerCallContext context)
        {
            foreach (var chunk in catalogue.Export.Chunk(1_000))
            {
                await responseStream.WriteAsync(new() { Data = ByteString.CopyFrom(chunk) });
            }
        }
    }
}
