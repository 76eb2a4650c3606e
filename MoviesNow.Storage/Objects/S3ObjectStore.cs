using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace MoviesNow.Storage;

/// <summary>The media bucket over AWSSDK.S3: objects here, multipart uploads in <see cref="S3Multipart"/>.</summary>
internal sealed class S3ObjectStore(IAmazonS3 client, StorageGate gate, IOptions<StorageOptions> options) : IObjectStore
{
    private readonly StorageOptions _options = options.Value;
    private readonly S3Requests _requests = new(options.Value);
    private readonly S3Multipart _multipart = new(client, gate, options.Value);

    public StorageCapabilities Capabilities => _requests.Capabilities;

    public Task<StoredObject?> HeadAsync(StorageKey key, CancellationToken cancellationToken) =>
        gate.RepeatableAsync("head", token => FindAsync(key, token), cancellationToken);

    public async Task<PutOutcome> PutAsync(
        StorageKey key, Stream content, long length, Sha256Digest? sha256, ObjectHeaders headers, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (!Capabilities.ConditionalPut && await HeadAsync(key, cancellationToken) is not null)
            return new PutOutcome(PutStatus.AlreadyExists);

        await using var exact = new ExactContentStream(content, length, sha256);
        return await gate.TransferAsync("put", token => PutAsync(key, exact, sha256, headers, token), cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(StorageKey key, ByteRange? range, string? ifETag, CancellationToken cancellationToken) =>
        gate.RepeatableAsync<Stream?>("get", async token =>
        {
            try
            {
                return new ObjectReadStream(await client.GetObjectAsync(_requests.Get(key, range, ifETag), token), _options.RequestTimeout);
            }
            catch (AmazonS3Exception e) when (e.IsAbsent() || e.IsPreconditionFailed())
            {
                return null;
            }
            catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                return Stream.Null;
            }
        }, cancellationToken);

    public Task DeleteAsync(StorageKey key, CancellationToken cancellationToken) =>
        gate.RepeatableAsync("delete", token => DeleteIfAsync(key, ifETag: null, token), cancellationToken);

    public async Task<bool> DeleteAsync(StorageKey key, string ifETag, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(ifETag);
        if (Capabilities.ConditionalDelete)
            return await gate.RepeatableAsync("delete", token => DeleteIfAsync(key, ifETag, token), cancellationToken);

        if (await HeadAsync(key, cancellationToken) is not { } current)
            return true;
        if (current.ETag != ifETag)
            return false;
        await DeleteAsync(key, cancellationToken);
        return true;
    }

    public Task<string> CreateMultipartAsync(StorageKey key, ObjectHeaders headers, CancellationToken cancellationToken) =>
        _multipart.CreateAsync(key, headers, cancellationToken);

    public Task<IReadOnlyList<StoredPart>?> ListPartsAsync(StorageKey key, string uploadId, CancellationToken cancellationToken) =>
        _multipart.ListPartsAsync(key, uploadId, cancellationToken);

    public Task<bool> IsMultipartPendingAsync(StorageKey key, string uploadId, CancellationToken cancellationToken) =>
        _multipart.IsPendingAsync(key, uploadId, cancellationToken);

    public async Task<CompleteOutcome> CompleteMultipartAsync(
        StorageKey key, string uploadId, IReadOnlyList<CompletedPart> parts, CancellationToken cancellationToken)
    {
        if (!Capabilities.ConditionalComplete && await HeadAsync(key, cancellationToken) is not null)
        {
            var pending = await _multipart.ListPartsAsync(key, uploadId, cancellationToken) is not null;
            return new CompleteOutcome(pending ? CompleteStatus.AlreadyExists : CompleteStatus.NoSuchUpload);
        }

        return await _multipart.CompleteAsync(key, uploadId, parts, cancellationToken);
    }

    public Task AbortMultipartAsync(StorageKey key, string uploadId, CancellationToken cancellationToken) =>
        _multipart.AbortAsync(key, uploadId, cancellationToken);

    public IAsyncEnumerable<PendingUpload> ListMultipartUploadsAsync(string prefix, CancellationToken cancellationToken) =>
        _multipart.ListUploadsAsync(prefix, cancellationToken);

    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellationToken) => ListAsync(prefix, after: "", cancellationToken);

    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = prefix, StartAfter = after.Length > 0 ? after : null };
        do
        {
            var page = await gate.RepeatableAsync("list", token => client.ListObjectsV2Async(request, token), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new ListedObject(
                    S3Answers.Key(found.Key), found.Key, found.Size ?? 0, S3Answers.ETag(found.ETag), S3Answers.Utc(found.LastModified));
            }

            request.ContinuationToken = page.IsTruncated is true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    /// <returns>False when another object is at the key.</returns>
    private async Task<bool> DeleteIfAsync(StorageKey key, string? ifETag, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteObjectAsync(_requests.Delete(key, ifETag), cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (e.IsAbsent())
        {
            // Some servers say so instead of succeeding, and all do when a condition was sent.
            return true;
        }
        catch (AmazonS3Exception e) when (ifETag is not null && (e.IsPreconditionFailed() || e.IsConflict()))
        {
            return false;
        }
    }

    private async Task<PutOutcome> PutAsync(
        StorageKey key, ExactContentStream content, Sha256Digest? sha256, ObjectHeaders headers, CancellationToken cancellationToken)
    {
        try
        {
            if (content.Length == 0)
                await content.VerifyAsync(cancellationToken);
            var answer = await client.PutObjectAsync(_requests.Put(key, content, sha256, headers), cancellationToken);
            return new PutOutcome(PutStatus.Stored, S3Answers.ETag(answer.ETag));
        }
        catch (Exception) when (content.IsMismatch)
        {
            return new PutOutcome(PutStatus.ContentMismatch);
        }
        catch (AmazonS3Exception e) when (e.IsPreconditionFailed() || e.IsConflict())
        {
            return new PutOutcome(PutStatus.AlreadyExists);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "BadDigest" or "IncompleteBody" or "XAmzContentChecksumMismatch")
        {
            return new PutOutcome(PutStatus.ContentMismatch);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "SignatureDoesNotMatch")
        {
            // Each chunk is signed, so one that was changed on the way has a wrong signature. With wrong credentials so has this request.
            await FindAsync(key, cancellationToken);
            return new PutOutcome(PutStatus.ContentMismatch);
        }
    }

    private async Task<StoredObject?> FindAsync(StorageKey key, CancellationToken cancellationToken)
    {
        try
        {
            return S3Answers.Stored(key, await client.GetObjectMetadataAsync(_requests.Head(key), cancellationToken));
        }
        catch (AmazonS3Exception e) when (e.IsAbsent())
        {
            return null;
        }
    }
}
