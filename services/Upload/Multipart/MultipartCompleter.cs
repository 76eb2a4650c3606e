using System.Globalization;
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
internal sealed class MultipartCompleter(IObjectStore objects, ObjectOwnership ownership, UploadRestarter restarter, TimeProvider time)
{
    private const int Attempts = 5;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Makes sure that the object is there, unless another call has brought the session further meanwhile.</summary>
    /// <param name="session">The session.</param>
    /// <param name="named">The parts as the caller names them; empty to trust storage's listing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The session as it is now.</returns>
    /// <exception cref="RpcException">
    /// FAILED_PRECONDITION <c>PARTS_INCOMPLETE</c>, ALREADY_EXISTS <c>OBJECT_EXISTS</c>, ABORTED <c>CONFLICT_RETRY</c>.
    /// </exception>
    /// <exception cref="StorageUnavailableException">Storage does not say what became of it.</exception>
    public async Task<UploadSession> CompleteAsync(UploadSession session, IReadOnlyCollection<UploadedPart> named, CancellationToken cancellationToken)
    {
        var (key, uploadId, plan) = (session.Key, session.StorageUploadId!, session.Parts!);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await objects.ListPartsAsync(key, uploadId, cancellationToken) is not { } stored)
            {
                return await JoinedAsync(session, cancellationToken);
            }

            var parts = PartSet.ToJoin(plan, stored, named) ?? throw Incomplete(PartSet.Problem(plan, stored, named));
            switch (await JoinAsync(key, uploadId, parts, cancellationToken))
            {
                case CompleteStatus.Completed:
                    Failpoints.Reach(Failpoint.CompleteJoined);
                    return session;
                case CompleteStatus.AlreadyExists when await objects.IsMultipartPendingAsync(key, uploadId, cancellationToken):
                    // The object was not made of this upload, for that is still pending.
                    if (await ownership.ClearAsync(session, cancellationToken) is { } found)
                    {
                        // One of an earlier attempt, whose answer came late, is checked like any other.
                        return found.Origin is ObjectOrigin.Own ? session : throw RpcErrors.Of(ErrorReason.ObjectExists);
                    }

                    break;
                case CompleteStatus.Conflict or CompleteStatus.InvalidPart or CompleteStatus.PartTooSmall:
                    // A part was sent again after it was listed, or another call is completing.
                    await Task.Delay(RetryDelay, time, cancellationToken);
                    break;
            }
        }

        throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
    }

    /// <summary>The session whose parts an earlier call has joined.</summary>
    private async Task<UploadSession> JoinedAsync(UploadSession session, CancellationToken cancellationToken)
    {
        var found = await restarter.RecoverAsync(session, cancellationToken);
        if (found.IsJoined || found.Session.State is not SessionState.Pending)
        {
            return found.Session;
        }

        var problem = found.Session.Problem?.Detail ?? "the upload was begun again, and all parts are missing";
        throw Incomplete(new PartsProblem(problem, [.. Enumerable.Range(1, session.Parts!.Count)]));
    }

    private static RpcException Incomplete(PartsProblem problem) => RpcErrors.Of(
        ErrorReason.PartsIncomplete,
        retryAfter: null,
        (RpcErrors.Detail, problem.Detail),
        ("part_numbers", string.Join(',', problem.Numbers.Take(PartSet.MaxNamed))),
        ("part_count", problem.Numbers.Count.ToString(CultureInfo.InvariantCulture)));

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
            if (!await objects.IsMultipartPendingAsync(key, uploadId, cancellationToken))
            {
                return CompleteStatus.NoSuchUpload;
            }

            throw;
        }
    }
}
