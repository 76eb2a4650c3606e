using Google.Protobuf;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Catalog;

/// <summary>The lines that an import rejected.</summary>
internal sealed class RejectionReport(ImportService.ImportServiceClient imports, string importId)
{
    private const int PageSize = 1_000;

    /// <summary>The first of them.</summary>
    public async Task<IReadOnlyList<ImportRejection>> FirstAsync(int count, CancellationToken cancellationToken) =>
        (await imports.ListImportRejectionsAsync(
            new ListImportRejectionsRequest { ImportId = importId, PageSize = count }, cancellationToken: cancellationToken)).Rejections;

    /// <summary>Writes all of them, a JSON object a line.</summary>
    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var request = new ListImportRejectionsRequest { ImportId = importId, PageSize = PageSize };
        try
        {
            await using var file = new StreamWriter(path);
            do
            {
                var page = await imports.ListImportRejectionsAsync(request, cancellationToken: cancellationToken);
                foreach (var rejection in page.Rejections)
                {
                    await file.WriteLineAsync(JsonFormatter.Default.Format(rejection).AsMemory(), cancellationToken);
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{path}' cannot be written: {exception.Message}");
        }
    }
}
