using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>Whose the object at a session's key is.</summary>
internal enum ObjectOrigin
{
    /// <summary>The session's own.</summary>
    Own,

    /// <summary>A late write of a session that is closed: it may be removed.</summary>
    Leftover,

    /// <summary>A completed session's, or none that a session of this key wrote: it is never touched.</summary>
    Foreign,
}

/// <summary>
/// Tells a session's own object from a stranger's by its mark, and removes what late writes of closed sessions left (docs/uploads.md).
/// Removing is for the live session of the key, under the lock of its row, so that of two removers one cannot hit what was written after
/// the other had done its work.
/// </summary>
internal sealed class ObjectOwnership(UploadStore store, IObjectStore objects, UploadTelemetry telemetry)
{
    private const int Attempts = 5;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Whose an object at a session's key is.</summary>
    public Task<ObjectOrigin> OriginOfAsync(UploadSession session, StoredObject found, CancellationToken cancellationToken) =>
        OriginOfAsync(session, found, store.FindAsync, cancellationToken);

    /// <summary>Removes leftovers at the key of a live session, if there are any.</summary>
    /// <returns>The object that stays at the key, with its origin; null when there is none.</returns>
    /// <exception cref="Grpc.Core.RpcException">ABORTED <c>CONFLICT_RETRY</c> when the session is not live any more.</exception>
    public async Task<(StoredObject Object, ObjectOrigin Origin)?> ClearAsync(UploadSession session, CancellationToken cancellationToken)
    {
        if (await objects.HeadAsync(session.Key, cancellationToken) is not { } found)
        {
            return null;
        }

        var origin = await OriginOfAsync(session, found, cancellationToken);
        if (origin is not ObjectOrigin.Leftover)
        {
            return (found, origin);
        }

        var cleared = await store.LockAsync(
            session.Id,
            async (row, token) => row.Session.IsLive ? new Outcome(await ClearAsync(row, isOwnKept: true, token)) : null,
            cancellationToken);
        return cleared is null ? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay) : cleared.Left;
    }

    /// <summary>Removes leftovers, and the session's own object if asked, while the row of the key's live session is locked.</summary>
    /// <returns>The object that stays at the key, with its origin; null when there is none.</returns>
    public async Task<(StoredObject Object, ObjectOrigin Origin)?> ClearAsync(LockedSession row, bool isOwnKept, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await objects.HeadAsync(row.Session.Key, cancellationToken) is not { } found)
            {
                return null;
            }

            var origin = await OriginOfAsync(row.Session, found, row.FindAsync, cancellationToken);
            if (origin is ObjectOrigin.Foreign || (origin is ObjectOrigin.Own && isOwnKept))
            {
                return (found, origin);
            }

            // Another object may have come since: then it is looked at, too.
            if (await objects.DeleteAsync(found.Key, found.ETag, cancellationToken) && origin is ObjectOrigin.Leftover)
            {
                telemetry.LeftoverRemoved(found.Size);
            }
        }

        throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
    }

    private static async Task<ObjectOrigin> OriginOfAsync(
        UploadSession session, StoredObject found, Func<Guid, CancellationToken, Task<UploadSession?>> find, CancellationToken cancellationToken)
    {
        if (UploadMark.Read(found) is not { } writer)
        {
            // Objects from before there were marks: the one that was checked, or that of a session which was open then.
            var isOwn = session.StorageETag is { } checkedETag ? string.Equals(found.ETag, checkedETag, StringComparison.Ordinal) : session.Attempt == 0;
            return isOwn ? ObjectOrigin.Own : ObjectOrigin.Foreign;
        }

        if (writer == session.Id)
        {
            return ObjectOrigin.Own;
        }

        // Without a row, or at another key, it was copied by hand or belongs to another deployment.
        return await find(writer, cancellationToken) is { State: SessionState.Aborted or SessionState.Expired } closed && closed.Key == found.Key
            ? ObjectOrigin.Leftover
            : ObjectOrigin.Foreign;
    }

    private sealed record Outcome((StoredObject Object, ObjectOrigin Origin)? Left);
}
