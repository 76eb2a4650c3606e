using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Tokens;
using MoviesNow.Upload.V1;
using UploadMessage = MoviesNow.Upload.V1.Upload;

namespace MoviesNow.Cli.Uploads;

/// <summary>
/// Finds the upload that an earlier run began for the same file and target. The service knows it; nothing is kept on this side, so that
/// another machine with the same file can go on as well.
/// </summary>
internal sealed class PendingUploads(UploadService.UploadServiceClient uploads, DevelopmentIdentity caller, TimeProvider time)
{
    private const int PageSize = 200;

    /// <summary>The newest upload of what the request asks for; null when there is none.</summary>
    /// <param name="request">What is to be uploaded, with its digest.</param>
    /// <param name="state">PENDING or COMPLETED.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<UploadMessage?> FindAsync(CreateUploadRequest request, UploadState state, CancellationToken cancellationToken)
    {
        var list = new ListUploadsRequest { TitleId = request.Target.TitleId, State = state, PageSize = PageSize };
        do
        {
            var page = await uploads.ListUploadsAsync(list, cancellationToken: cancellationToken);
            if (page.Uploads.FirstOrDefault(upload => IsOf(upload, request)) is { } found)
            {
                return found;
            }

            list.PageToken = page.NextPageToken;
        }
        while (list.PageToken.Length > 0);
        return null;
    }

    private bool IsOf(UploadMessage upload, CreateUploadRequest request) =>
        string.Equals(upload.Owner, caller.Subject, StringComparison.Ordinal)
        && upload.Target.Purpose == request.Target.Purpose
        && string.Equals(upload.Target.EpisodeId, request.Target.EpisodeId, StringComparison.OrdinalIgnoreCase)
        && (request.Target.AssetKind is AssetKind.Unspecified || upload.Target.AssetKind == request.Target.AssetKind)
        && (request.Target.Language.Length == 0 || string.Equals(upload.Target.Language, request.Target.Language, StringComparison.OrdinalIgnoreCase))
        && string.Equals(upload.FileName, request.FileName, StringComparison.Ordinal)
        && upload.SizeBytes == request.SizeBytes
        && string.Equals(upload.Sha256, request.Sha256, StringComparison.Ordinal)
        && (upload.State is not UploadState.Pending || upload.Deadline.ToDateTimeOffset() > time.GetUtcNow());
}
