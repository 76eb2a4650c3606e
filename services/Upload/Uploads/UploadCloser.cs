using MoviesNow.Catalog.V1;
using MoviesNow.Storage;
using MoviesNow.Upload.Bundles;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// Ends sessions that are given up: first the row says so, which no finalisation can overtake; then the catalogue's reservation and
/// the bucket are cleaned; then the row is closed. Whatever fails or crashes between is continued by the next call, or by the next
/// upload of the same key.
/// </summary>
internal sealed class UploadCloser(
    UploadStore store,
    CatalogGateway catalog,
    IObjectStore objects,
    ObjectOwnership ownership,
    UploadTelemetry telemetry,
    TimeProvider time,
    ILogger<UploadCloser> logger)
{
    private static readonly TimeSpan DiscardLimit = TimeSpan.FromSeconds(10);

    /// <summary>Cleans up after a closing session, and closes it.</summary>
    public Task<UploadSession?> CloseAsync(UploadSession closing, CancellationToken cancellationToken) =>
        store.CloseAsync(closing.Id, CleanUpAsync, cancellationToken);

    /// <summary>Ends a session whose time is over, if it is.</summary>
    /// <returns>Whether its key may be free now.</returns>
    public async Task<bool> ReclaimAsync(UploadSession holder, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var closing = holder.State switch
        {
            SessionState.Closing => holder,
            SessionState.Opening when holder.LeaseUntil < now => await store.DiscardAbandonedAsync(holder.Id, cancellationToken),
            SessionState.Pending when holder.Deadline < now =>
                await store.BeginClosingAsync(holder.Id, [SessionState.Pending], CloseOutcome.Expired, cancellationToken),
            _ => null,
        };
        if (closing is null)
        {
            return false;
        }

        await CloseAsync(closing, cancellationToken);
        return true;
    }

    /// <summary>
    /// Removes what a closed session's URLs wrote since it was closed: an object, or parts that arrived while its multipart upload was
    /// aborted. For the sweeper, until <see cref="UploadSession.UrlsExpireAt"/> and for as long after that as a write may run.
    /// </summary>
    /// <returns>False when another session owns the key by now; that one clears it.</returns>
    public async Task<bool> CleanAgainAsync(UploadSession closed, CancellationToken cancellationToken) =>
        await store.ReopenAsync(closed.Id, cancellationToken) is { } closing && await CloseAsync(closing, cancellationToken) is not null;

    /// <summary>
    /// Undoes a session that could not be opened, as far as that is possible now. Never throws: the caller has an error to report,
    /// and what is left is cleared away by the next upload of the key. A session of an effect that was opened all the same stays: a
    /// repetition of the call finds it, or has found it already.
    /// </summary>
    /// <param name="draft">The session with what is known of it, its multipart upload above all.</param>
    public async Task DiscardAsync(UploadSession draft)
    {
        // The call itself may be over already.
        using var limit = new CancellationTokenSource(DiscardLimit, time);
        try
        {
            SessionState[] from = draft.EffectId is null ? [SessionState.Opening, SessionState.Pending] : [SessionState.Opening];
            var closing = await store.BeginClosingAsync(draft.Id, from, CloseOutcome.Discarded, limit.Token);
            if (closing is not null)
            {
                await CloseAsync(closing, limit.Token);
            }
            else if (draft.EffectId is null || await store.FindAsync(draft.Id, limit.Token) is not { WasOpened: true })
            {
                // Somebody took the session for abandoned and cleared it away, but not what was made since.
                await ReleaseAsync(draft, limit.Token);
                await AbortMultipartAsync(draft, limit.Token);
            }
        }
        catch (Exception e)
        {
            telemetry.CleanUpDeferred();
            logger.LogWarning("Upload {Upload} could not be undone yet: {Failure}", draft.Id, e.GetType().Name);
        }
    }

    private async Task CleanUpAsync(LockedSession row, CancellationToken cancellationToken)
    {
        var session = row.Session;

        // Nobody was given URLs of a discarded session, so only the service itself can have written for it. Whether another session has
        // taken the place of a closed one is asked for while its own bundle still stands.
        var keepsObjects = session.CloseAs is CloseOutcome.Discarded
            ? session.Method is not UploadMethod.Proxy
            : await IsSucceededAsync(session, cancellationToken);
        if (!IsPurge(session))
        {
            await ReleaseAsync(session, cancellationToken);
        }

        Failpoints.Reach(Failpoint.CloseReleased);
        await AbortMultipartsAsync(session, cancellationToken);
        Failpoints.Reach(Failpoint.CloseMultipartAborted);
        if (!keepsObjects)
        {
            await DeleteObjectsAsync(row, cancellationToken);
        }

        Failpoints.Reach(Failpoint.CloseRemoved);
        if (IsPurge(session))
        {
            await catalog.PurgeBundleAsync(session.BundleId!.Value, cancellationToken);
        }

        if (session.ClosedAt is null)
        {
            telemetry.Closed(session);
        }
    }

    /// <summary>Whether a bundle that was completed has expired: its row stays, and says so once the objects are gone.</summary>
    private static bool IsPurge(UploadSession session) =>
        session is { Purpose: UploadPurpose.Bundle, BundleId: not null, CloseAs: CloseOutcome.Expired, StorageETag: not null };

    private async Task DeleteObjectsAsync(LockedSession row, CancellationToken cancellationToken)
    {
        await ownership.ClearAsync(row, isOwnKept: false, cancellationToken);
        if (row.Session.BundleId is not null && BundleKeys.ManifestOf(row.Session.Key) is { } manifest)
        {
            await objects.DeleteAsync(manifest, cancellationToken);
        }
    }

    /// <summary>
    /// Whether the object at the key is a later bundle's: the key of an expired one is given away once its object is gone.
    /// Ids are in order of time, and a reservation without a live session has no object.
    /// </summary>
    private async Task<bool> IsSucceededAsync(UploadSession session, CancellationToken cancellationToken) =>
        session.BundleId is { } bundleId
        && await catalog.FindBundleAsync(session.Key, cancellationToken) is { State: not BundleState.Pending } current
        && string.CompareOrdinal(current.Id, bundleId.ToString()) > 0;

    private Task ReleaseAsync(UploadSession session, CancellationToken cancellationToken) =>
        session.BundleId is { } bundleId ? catalog.ReleaseBundleAsync(bundleId, cancellationToken) : Task.CompletedTask;

    private Task AbortMultipartAsync(UploadSession session, CancellationToken cancellationToken) => session.StorageUploadId is { } uploadId
        ? objects.AbortMultipartAsync(session.Key, uploadId, cancellationToken)
        : Task.CompletedTask;

    /// <summary>
    /// The answer with a multipart upload's id may have been lost, and the request repeated on the way; this session owns the key, so all of
    /// the key's multipart uploads are its own.
    /// </summary>
    private async Task AbortMultipartsAsync(UploadSession session, CancellationToken cancellationToken)
    {
        if (!session.IsMultipart)
        {
            return;
        }

        await AbortMultipartAsync(session, cancellationToken);
        await foreach (var pending in objects.ListMultipartUploadsAsync(session.Key.Value, cancellationToken))
        {
            if (pending.Key == session.Key)
            {
                await objects.AbortMultipartAsync(session.Key, pending.UploadId, cancellationToken);
            }
        }
    }
}
