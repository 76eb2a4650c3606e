using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Multipart;

/// <summary>
/// Joins the parts of a pending session into its object. Storage answers once and then forgets the multipart upload, so an answer that was
/// lost, here or to another replica, is found again by looking for the object: there is never a second one, and no false failure.
/// </summary>
internal sealed class MultipartCompleter(IObjectStore objects, TimeProvider time)
{
    private const int Attempts = 5;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Makes sure that the object is there.</summary>
    /// <param name="session">The session.</param>
    /// <param name="named">The parts as the caller names them; empty to trust storage's listing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="RpcException">
    /// FAILED_PRECONDITION <c>PARTS_INCOMPLETE</c>, ALREADY_EXISTS <c>OBJECT_EXISTS</c>, ABORTED <c>CONFLICT_RETRY</c>.
    /// </exception>
    /// <exception cref="StorageUnavailableException">Storage does not say what became of it.</exception>
    public async Task CompleteAsync(UploadSession session, IReadOnlyCollection<UploadedPart> named, CancellationToken cancellationToken)
    {
        var (key, uploadId, plan) = (session.Key, session.StorageUploadId!, session.Parts!);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await objects.ListPartsAsync(key, uploadId, cancellationToken) is not { } stored)
            {
                // It was joined by an earlier call, or storage has dropped it.
                if (await objects.HeadAsync(key, cancellationToken) is null)
                {
                    throw Incomplete("the bucket has none of them any more; abort the upload and begin again");
                }

                return;
            }

            var parts = PartSet.ToJoin(plan, stored, named) ?? throw Incomplete(PartSet.Problem(plan, stored, named));
            switch (await JoinAsync(key, uploadId, parts, cancellationToken))
            {
                case CompleteStatus.Completed:
                    return;
                case CompleteStatus.InvalidPart or CompleteStatus.PartTooSmall:
                    throw RpcErrors.Of(ErrorReason.PartsIncomplete);
                case CompleteStatus.AlreadyExists when await objects.ListPartsAsync(key, uploadId, cancellationToken) is not null:
                    // The object was not made of this upload, for that is still pending.
                    throw RpcErrors.Of(ErrorReason.ObjectExists);
                case CompleteStatus.Conflict:
                    await Task.Delay(RetryDelay, time, cancellationToken);
                    break;
            }
        }

        throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
    }

    private static RpcException Incomplete(string detail) => RpcErrors.Of(ErrorReason.PartsIncomplete, retryAfter: null, (RpcErrors.Detail, detail));

    private async Task<CompleteStatus> JoinAsync(
        StorageKey key, string uploadId, IReadOnlyList<CompletedPart> parts, CancellationToken cancellationToken)
    {
        try
        {
            return (await objects.CompleteMultipartAsync(key, uploadId, parts, cancellationToken)).Status;
        }
        catch (StorageUnavailableException)
        {
            // The answer was lost: the upload is gone if it took effect. When storage does not answer this either, nobody knows yet.
            if (await objects.ListPartsAsync(key, uploadId, cancellationToken) is null)
            {
                return CompleteStatus.NoSuchUpload;
            }

            throw;
        }
    }
}
