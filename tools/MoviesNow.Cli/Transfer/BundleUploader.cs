using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Transfer;

/// <summary>Brings the bytes of an open upload into the bucket and completes it.</summary>
internal sealed class BundleUploader(
    UploadService.UploadServiceClient uploads, MultipartUploadService.MultipartUploadServiceClient multipart, ObjectTransfer transfer)
{
    private readonly FileUploader _uploader = new(uploads, multipart, new ParallelSender(transfer, TimeProvider.System), new PatientCalls(TimeProvider.System));

    /// <summary>Sends the file as the upload's method asks, then has it checked and recorded.</summary>
    public Task UploadAsync(Upload.V1.Upload upload, PresignedRequest? put, string file, Action<long> sent, CancellationToken cancellationToken)
    {
        var info = new FileInfo(file);
        return _uploader.UploadAsync(
            upload, put, new SourceFile(file, info.Length, info.LastWriteTimeUtc, upload.Sha256), new Bytes(sent), cancellationToken);
    }

    private sealed class Bytes(Action<long> sent) : ITransferProgress
    {
        public void Begin(string step, long bytes)
        {
        }

        public void Moved(long bytes) => sent(bytes);
    }
}
