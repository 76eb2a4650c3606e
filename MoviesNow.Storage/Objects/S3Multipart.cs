using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace MoviesNow.Storage;

/// <summary>Multipart uploads over AWSSDK.S3.</summary>
internal sealed class S3Multipart(IAmazonS3 client, StorageGate gate, StorageOptions options)
{
    private readonly S3Requests _requests = new(options);

    public Task<string> CreateAsync(StorageKey key, ObjectHeaders headers, CancellationToken cancellationToken) =>
        gate.OnceAsync(
            "create_multipart",
            async token => (await client.InitiateMultipartUploadAsync(_requests.Create(key, headers), token)).UploadId,
            cancellationToken);

    public async Task<IReadOnlyList<StoredPart>?> ListPartsAsync(StorageKey key, string uploadId, CancellationToken cancellationToken)
    {
        var parts = new List<StoredPart>();
        var request = new ListPartsRequest { BucketName = options.Bucket, Key = key.Value, UploadId = uploadId };
        do
        {
            var page = await gate.RepeatableAsync("list_parts", token => PageAsync(request, token), cancellationToken);
            if (page is null)
                return null;

            foreach (var part in page.Parts ?? [])
                parts.Add(new StoredPart(part.PartNumber ?? 0, part.Size ?? 0, S3Answers.ETag(part.ETag), S3Answers.Sha256(part.ChecksumSHA256)));
            request.PartNumberMarker = page.IsTruncated is true ? page.NextPartNumberMarker?.ToString() : null;
        }
        while (request.PartNumberMarker is not null);
        return parts;
    }

    public Task<bool> IsPendingAsync(StorageKey key, string uploadId, CancellationToken cancellationToken)
    {
        var request = new ListPartsRequest { BucketName = options.Bucket, Key = key.Value, UploadId = uploadId, MaxParts = 1 };
        return gate.RepeatableAsync("list_parts", async token => await PageAsync(request, token) is not null, cancellationToken);
    }

    public async Task<CompleteOutcome> CompleteAsync(
        StorageKey key, string uploadId, IReadOnlyList<CompletedPart> parts, CancellationToken cancellationToken)
    {
        try
        {
            return await gate.TransferAsync("complete_multipart", token => CompleteOnceAsync(key, uploadId, parts, token), cancellationToken);
        }
        catch (StorageUnavailableException e) when (e.Diagnosis.HttpStatus is (int)HttpStatusCode.InternalServerError)
        {
            // Ceph answers so to an upload that it does not know, as after a Complete whose answer was lost.
            if (await ListPartsAsync(key, uploadId, cancellationToken) is null)
                return new CompleteOutcome(CompleteStatus.NoSuchUpload);
            throw;
        }
    }

    public Task AbortAsync(StorageKey key, string uploadId, CancellationToken cancellationToken) =>
        gate.RepeatableAsync("abort_multipart", async token =>
        {
            try
            {
                var request = new AbortMultipartUploadRequest { BucketName = options.Bucket, Key = key.Value, UploadId = uploadId };
                await client.AbortMultipartUploadAsync(request, token);
            }
            catch (AmazonS3Exception e) when (e.IsAbsent())
            {
                // It is gone, which is what was asked for.
            }

            return true;
        }, cancellationToken);

    public async IAsyncEnumerable<PendingUpload> ListUploadsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = prefix };
        bool more;
        do
        {
            var page = await gate.RepeatableAsync("list_multipart", token => client.ListMultipartUploadsAsync(request, token), cancellationToken);
            foreach (var upload in page.MultipartUploads ?? [])
                yield return new PendingUpload(S3Answers.Key(upload.Key), upload.Key, upload.UploadId, S3Answers.Utc(upload.Initiated));

            more = page.IsTruncated is true;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (more);
    }

    private async Task<ListPartsResponse?> PageAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ListPartsAsync(request, cancellationToken);
        }
        catch (AmazonS3Exception e) when (e.IsAbsent())
        {
            return null;
        }
    }

    private async Task<CompleteOutcome> CompleteOnceAsync(
        StorageKey key, string uploadId, IReadOnlyList<CompletedPart> parts, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CompleteMultipartUploadAsync(_requests.Complete(key, uploadId, parts), cancellationToken);
            var etag = S3Answers.ETag(answer.ETag);
            return new CompleteOutcome(CompleteStatus.Completed, etag.Length == 0 ? null : etag);
        }
        catch (AmazonS3Exception e) when (Refusal(e) is { } refusal)
        {
            return new CompleteOutcome(refusal);
        }
    }

    private static CompleteStatus? Refusal(AmazonS3Exception e) => e.ErrorCode switch
    {
        "NoSuchUpload" => CompleteStatus.NoSuchUpload,
        "InvalidPart" or "InvalidPartOrder" or "MalformedXML" or "BadDigest" => CompleteStatus.InvalidPart,
        "EntityTooSmall" => CompleteStatus.PartTooSmall,
        _ when e.IsPreconditionFailed() => CompleteStatus.AlreadyExists,
        _ when e.IsConflict() => CompleteStatus.Conflict,
        _ when e.IsAbsent() => CompleteStatus.NoSuchUpload,
        _ => null,
    };
}
