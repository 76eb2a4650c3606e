using System.Globalization;
using Grpc.Core;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Transfer;

/// <summary>Imports of files.</summary>
internal sealed class ImportGrpcService(ImportStore imports, TitleCache cache, TimeProvider time) : ImportService.ImportServiceBase
{
    private const int MaxSourceName = 200;

    public override async Task<ImportCatalogResponse> ImportCatalog(IAsyncStreamReader<ImportCatalogRequest> requestStream, ServerCallContext context)
    {
        var (id, header) = await ReadHeaderAsync(requestStream, context.CancellationToken);
        await using var session = (await imports.OpenAsync(header, id, time.GetUtcNow(), context.CancellationToken)).OrThrow();
        await new ImportRun(session, cache, time).RunAsync(requestStream, context.CancellationToken);
        return new() { Import = session.Import };
    }

    public override async Task<GetImportResponse> GetImport(GetImportRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("import_id", request.ImportId);
        check.ThrowIfInvalid();
        return new() { Import = await FindAsync(id, context) };
    }

    public override async Task<ListImportRejectionsResponse> ListImportRejections(ListImportRejectionsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("import_id", request.ImportId);
        var size = PageToken.Size(check, request.PageSize, defaultSize: 100, maxSize: 1_000);
        check.ThrowIfInvalid();
        var after = Page.Cursor<long>(
            request, request.PageToken, 1, cursor => long.TryParse(cursor[0], NumberStyles.None, CultureInfo.InvariantCulture, out var line) ? line : null);
        await FindAsync(id, context);

        var rows = await imports.ListRejectionsAsync(id, after ?? 0, size + 1, context.CancellationToken);
        var next = Page.Cut(rows, size, request, rejection => [rejection.Line.ToString(CultureInfo.InvariantCulture)]);
        return new() { Rejections = { rows }, NextPageToken = next };
    }

    private async Task<Import> FindAsync(Guid id, ServerCallContext context) =>
        await imports.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.ImportNotFound);

    private static async Task<(Guid Id, ImportHeader Header)> ReadHeaderAsync(
        IAsyncStreamReader<ImportCatalogRequest> requests, CancellationToken cancellationToken)
    {
        var check = new RequestCheck();
        var header = await requests.MoveNext(cancellationToken) ? requests.Current.Header : null;
        check.Require(header is not null, "header", "is required in the first message");
        header ??= new();
        var id = check.Id("header.import_id", header.ImportId);
        check.Known("header.format", header.Format);
        check.Require(header.StartByte >= 0, "header.start_byte", "must not be negative");
        check.Require(header.StartByte == 0 || !header.Restart, "header.start_byte", "must be 0 to begin again");
        header.SourceName = check.Text("header.source_name", header.SourceName, MaxSourceName);
        check.ThrowIfInvalid();
        return (id, header);
    }
}
