using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Transfer;

/// <summary>Brings the bytes of an open upload into the bucket and completes it.</summary>
internal sealed class BundleUploader(
    UploadService.UploadServiceClient uploads, MultipartUploadService.MultipartUploadServiceClient multipart, ObjectTransfer transfer)
{
    private const int PartsAtOnce = 4;
    private const int PartsPerCall = 100;

    /// <summary>Sends the file as the upload's method asks, then has it checked and recorded.</summary>
    public async Task UploadAsync(Upload.V1.Upload upload, PresignedRequest? put, string file, Action<long> sent, CancellationToken cancellationToken)
    {
        if (upload.Method is UploadMethod.SinglePut)
        {
            await transfer.PutAsync(put!, file, 0, upload.SizeBytes, sent, cancellationToken);
            await uploads.FinalizeUploadAsync(new FinalizeUploadRequest { UploadId = upload.Id }, cancellationToken: cancellationToken);
            return;
        }

        var parts = new List<UploadedPart>();
        foreach (var numbers in Enumerable.Range(1, upload.PartPlan.PartCount).Chunk(PartsPerCall))
        {
            parts.AddRange(await UploadPartsAsync(upload.Id, numbers, file, sent, cancellationToken));
        }

        await multipart.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { UploadId = upload.Id, Parts = { parts } }, cancellationToken: cancellationToken);
    }

    private async Task<UploadedPart[]> UploadPartsAsync(string uploadId, int[] numbers, string file, Action<long> sent, CancellationToken cancellationToken)
    {
        var presigned = await multipart.PresignPartsAsync(
            new PresignPartsRequest { UploadId = uploadId, PartNumbers = { numbers } }, cancellationToken: cancellationToken);
        var parts = new UploadedPart[presigned.Parts.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, parts.Length, limits, async (i, token) =>
        {
            var part = presigned.Parts[i];
            var etag = await transfer.PutAsync(part.Request, file, part.OffsetBytes, part.SizeBytes, sent, token);
            parts[i] = new UploadedPart { PartNumber = part.PartNumber, Etag = etag };
        });
        return parts;
    }
}
