using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// Opens sessions. The row comes first: it owns the key from then on, so whatever else is at the key (a reservation, a multipart
/// upload, an object with the mark of a closed session) is either its own or left over from a session that ended, and a crash at any
/// step leaves a row that tells what to clear away.
/// </summary>
internal sealed class UploadOpener(
    UploadStore store,
    UploadCloser closer,
    IObjectStore objects,
    ObjectOwnership ownership,
    UploadHeaders headers,
    UploadTelemetry telemetry,
    TimeProvider time)
{
    private const int ClaimAttempts = 3;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>The session that an effect opened before; null when it did not.</summary>
    public async Task<UploadSession?> FindOpenedAsync(Guid? effectId, CancellationToken cancellationToken) =>
        effectId is { } id && await store.FindOfEffectAsync(id, cancellationToken) is { WasOpened: true } opened ? opened : null;

    /// <summary>Claims the key, reserves what belongs to it, makes sure that no object is there that must stay, and prepares the bucket.</summary>
    /// <param name="draft">The session, in the state opening.</param>
    /// <param name="taken">Why the call fails when another session owns the key.</param>
    /// <param name="reserve">Reserves what belongs to the key elsewhere; safe to undo by <see cref="UploadCloser"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="prepare">What else the bucket needs before callers may know of the session.</param>
    /// <returns>The session, or the one that the draft's effect opened before, as it is by now.</returns>
    /// <exception cref="RpcException">
    /// ALREADY_EXISTS <paramref name="taken"/> or <c>OBJECT_EXISTS</c>, ABORTED <c>IDEMPOTENCY_IN_PROGRESS</c>, and what reserving answers.
    /// </exception>
    public async Task<UploadSession> OpenAsync(
        UploadSession draft,
        ErrorReason taken,
        Func<CancellationToken, Task> reserve,
        CancellationToken cancellationToken,
        Func<CancellationToken, Task>? prepare = null)
    {
        var known = draft;
        var claimed = false;
        try
        {
            if (await ClaimAsync(draft, taken, cancellationToken) is { } earlier)
            {
                return earlier;
            }

            claimed = true;
            Failpoints.Reach(Failpoint.CreateClaimed);
            await reserve(cancellationToken);
            Failpoints.Reach(Failpoint.CreateReserved);
            if (await ownership.ClearAsync(draft, cancellationToken) is not null)
            {
                throw RpcErrors.Of(ErrorReason.ObjectExists);
            }

            Failpoints.Reach(Failpoint.CreateCleared);
            if (draft.IsMultipart)
            {
                var uploadId = await objects.CreateMultipartAsync(draft.Key, headers.Of(draft), cancellationToken);
                Failpoints.Reach(Failpoint.CreateMultipartBegun);
                known = draft with { StorageUploadId = uploadId };
            }

            if (prepare is not null)
            {
                await prepare(cancellationToken);
                Failpoints.Reach(Failpoint.CreatePrepared);
            }

            var opened = await store.OpenAsync(draft.Id, known.StorageUploadId, cancellationToken)
                ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
            Failpoints.Reach(Failpoint.CreateOpened);
            telemetry.Opened(opened);
            return opened;
        }
        catch (Exception e) when (claimed || e is not RpcException)
        {
            // Also when the claim's own outcome is unknown.
            await closer.DiscardAsync(known);
            throw;
        }
    }

    /// <returns>The session that the same effect opened before; null when the key is the draft's now.</returns>
    private async Task<UploadSession?> ClaimAsync(UploadSession draft, ErrorReason taken, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < ClaimAttempts; attempt++)
        {
            if (await store.TryInsertAsync(draft, cancellationToken))
            {
                return null;
            }

            if (draft.EffectId is { } effectId && await AwaitOpenedAsync(effectId, cancellationToken) is { } earlier)
            {
                return earlier;
            }

            var holder = await store.FindLiveAsync(draft.Key, cancellationToken);
            // Of repetitions of one call that take over from one that failed, one wins and the others wait for it.
            var isRepetition = holder?.EffectId is not null && holder.EffectId == draft.EffectId;
            if (holder is not null && !isRepetition && !await closer.ReclaimAsync(holder, cancellationToken))
            {
                throw RpcErrors.Of(taken);
            }
        }

        throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
    }

    /// <summary>Waits for the same call to open its session, which it may be about to do on another replica.</summary>
    /// <returns>The session; null when there is none any more.</returns>
    private async Task<UploadSession?> AwaitOpenedAsync(Guid effectId, CancellationToken cancellationToken)
    {
        var giveUpAt = time.GetUtcNow() + Patience;
        while (await store.FindOfEffectAsync(effectId, cancellationToken) is { } session)
        {
            if (session.WasOpened)
            {
                return session;
            }

            if (!await closer.ReclaimAsync(session, cancellationToken))
            {
                if (time.GetUtcNow() >= giveUpAt)
                {
                    throw RpcErrors.Of(ErrorReason.IdempotencyInProgress, RetryDelay);
                }

                await Task.Delay(PollInterval, time, cancellationToken);
            }
        }

        return null;
    }
}
