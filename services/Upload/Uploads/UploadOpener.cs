using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// Opens sessions. The row comes first: it owns the key from then on, so whatever else is at the key (a reservation, a multipart
/// upload) is either its own or left over from a session that ended, and a crash at any step leaves a row that tells what to clear away.
/// </summary>
internal sealed class UploadOpener(
    UploadStore store, UploadCloser closer, IObjectStore objects, UploadHeaders headers, UploadTelemetry telemetry)
{
    private const int ClaimAttempts = 3;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Claims the key, reserves what belongs to it, makes sure that no object is there, and prepares the bucket.</summary>
    /// <param name="draft">The session, in the state opening.</param>
    /// <param name="taken">Why the call fails when another session owns the key.</param>
    /// <param name="reserve">Reserves what belongs to the key elsewhere; safe to undo by <see cref="UploadCloser"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="RpcException">ALREADY_EXISTS <paramref name="taken"/> or <c>OBJECT_EXISTS</c>, and what reserving answers.</exception>
    public async Task<UploadSession> OpenAsync(
        UploadSession draft, ErrorReason taken, Func<CancellationToken, Task> reserve, CancellationToken cancellationToken)
    {
        var known = draft;
        var claimed = false;
        try
        {
            await ClaimAsync(draft, taken, cancellationToken);
            claimed = true;
            await reserve(cancellationToken);
            if (await objects.HeadAsync(draft.Key, cancellationToken) is not null)
            {
                throw RpcErrors.Of(ErrorReason.ObjectExists);
            }

            if (draft.IsMultipart)
            {
                var uploadId = await objects.CreateMultipartAsync(draft.Key, headers.Of(draft), cancellationToken);
                known = draft with { StorageUploadId = uploadId };
            }

            var opened = await store.OpenAsync(draft.Id, known.StorageUploadId, cancellationToken)
                ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
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

    private async Task ClaimAsync(UploadSession draft, ErrorReason taken, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < ClaimAttempts; attempt++)
        {
            if (await store.TryInsertAsync(draft, cancellationToken))
            {
                return;
            }

            var holder = await store.FindLiveAsync(draft.Key, cancellationToken);
            if (holder is not null && !await closer.ReclaimAsync(holder, cancellationToken))
            {
                throw RpcErrors.Of(taken);
            }
        }

        throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
    }
}
