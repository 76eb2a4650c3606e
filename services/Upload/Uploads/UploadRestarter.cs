using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>Where the bytes of a multipart upload are.</summary>
/// <param name="Session">The session as it is now, perhaps begun again.</param>
/// <param name="IsJoined">True when its object is there and takes no parts any more.</param>
internal sealed record StorageUpload(UploadSession Session, bool IsJoined);

/// <summary>
/// Lets a pending session begin again from nothing: its object failed a check, or storage has dropped its multipart upload. It happens
/// under the lock of the row, once for each attempt however many calls find the same.
/// </summary>
internal sealed class UploadRestarter(
    UploadStore store, IObjectStore objects, ObjectOwnership ownership, UploadHeaders headers, UploadTelemetry telemetry, TimeProvider time)
{
    /// <summary>The session's object failed its check: it is removed, and the session can be used again.</summary>
    /// <param name="session">The session as it was when its object was checked.</param>
    /// <param name="refused">The object.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="detail">The same in words.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task RefuseAsync(UploadSession session, StoredObject refused, ErrorReason reason, string detail, CancellationToken cancellationToken) =>
        store.LockAsync(
            session.Id,
            async (row, token) =>
            {
                // A call that was slow must not remove what was sent since another one had removed the object.
                if (!IsSame(row.Session, session)
                    || (await objects.HeadAsync(session.Key, token) is { } found && !IsSame(found, refused))
                    || !await objects.DeleteAsync(session.Key, refused.ETag, token))
                {
                    return null;
                }

                Failpoints.Reach(Failpoint.RestartRemoved);
                return await RestartAsync(row, SessionProblem.Of(reason, detail, time.GetUtcNow()), token);
            },
            cancellationToken);

    /// <summary>Storage does not know the session's multipart upload: finds its object, or begins a fresh upload under the same session.</summary>
    /// <exception cref="RpcException">NOT_FOUND, ALREADY_EXISTS <c>OBJECT_EXISTS</c>.</exception>
    public async Task<StorageUpload> RecoverAsync(UploadSession session, CancellationToken cancellationToken) =>
        await store.LockAsync(session.Id, (row, token) => RecoverAsync(row, session, token), cancellationToken)
        ?? throw RpcErrors.Of(ErrorReason.UploadNotFound);

    private async Task<StorageUpload?> RecoverAsync(LockedSession row, UploadSession known, CancellationToken cancellationToken)
    {
        var session = row.Session;
        if (!IsSame(session, known) || await objects.IsMultipartPendingAsync(session.Key, session.StorageUploadId!, cancellationToken))
        {
            return new StorageUpload(session, IsJoined: false);
        }

        // Storage makes the object before it forgets the multipart upload, so an object that is not there by now was not joined.
        switch (await ownership.ClearAsync(row, isOwnKept: true, cancellationToken))
        {
            case { Origin: ObjectOrigin.Own }:
                return new StorageUpload(session, IsJoined: true);
            case not null:
                throw RpcErrors.Of(ErrorReason.ObjectExists);
            default:
                var problem = SessionProblem.Of(
                    ErrorReason.PartsIncomplete, "the storage dropped the parts, so the upload was begun again and all parts are missing", time.GetUtcNow());
                return new StorageUpload(await RestartAsync(row, problem, cancellationToken), IsJoined: false);
        }
    }

    private async Task<UploadSession> RestartAsync(LockedSession row, SessionProblem problem, CancellationToken cancellationToken)
    {
        var session = row.Session with { Attempt = row.Session.Attempt + 1 };
        var storageUploadId = session.IsMultipart ? await objects.CreateMultipartAsync(session.Key, headers.Of(session), cancellationToken) : null;
        Failpoints.Reach(Failpoint.RestartBegun);
        telemetry.Restarted(session, problem);
        return await row.RestartAsync(storageUploadId, problem, cancellationToken);
    }

    private static bool IsSame(UploadSession current, UploadSession known) => current.State is SessionState.Pending && current.Attempt == known.Attempt;

    private static bool IsSame(StoredObject current, StoredObject known) =>
        string.Equals(current.ETag, known.ETag, StringComparison.Ordinal) && current.LastModified == known.LastModified;
}
