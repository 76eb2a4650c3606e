using Grpc.Core;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Transfer;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Bundles;

/// <summary>Brings the ZIP of a created bundle into the bucket, and has it checked and recorded.</summary>
internal static class BundleSender
{
    /// <param name="clients">The services.</param>
    /// <param name="created">The bundle and its upload, which an earlier run of the command may have finished, or begun.</param>
    /// <param name="isRepeated">Whether there may have been an earlier run.</param>
    /// <param name="file">The ZIP.</param>
    /// <param name="sent">Is told of each piece.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task SendAsync(
        CatalogClients clients, CreateBundleResponse created, bool isRepeated, string file, Action<long> sent, CancellationToken cancellationToken)
    {
        // The answer may be the first run's: what has become of the upload since, it does not tell.
        if (isRepeated && await IsCompletedAsync(clients, created.Upload, cancellationToken))
        {
            return;
        }

        if (!isRepeated || !await IsSentAsync(clients, created.Upload, cancellationToken))
        {
            using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            try
            {
                await new BundleUploader(clients.Uploads, clients.Multipart, new ObjectTransfer(http)).UploadAsync(
                    created.Upload, created.Put, file, sent, cancellationToken);
                return;
            }
            catch (RpcException exception) when (LongCall.IsUnderWay(exception))
            {
                // All is sent, and the check takes longer than a call.
            }
        }

        var request = new FinalizeUploadRequest { UploadId = created.Upload.Id };
        await LongCall.EndAsync(() => clients.Uploads.FinalizeUploadAsync(request, cancellationToken: cancellationToken));
    }

    private static async Task<bool> IsCompletedAsync(CatalogClients clients, Upload.V1.Upload upload, CancellationToken cancellationToken) =>
        (await clients.Uploads.GetUploadAsync(new GetUploadRequest { UploadId = upload.Id }, cancellationToken: cancellationToken)).Upload.State is UploadState.Completed;

    private static async Task<bool> IsSentAsync(CatalogClients clients, Upload.V1.Upload upload, CancellationToken cancellationToken) =>
        (await clients.Uploads.ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id }, cancellationToken: cancellationToken)).BytesComplete;
}
