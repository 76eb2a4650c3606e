using MoviesNow.Common.V1;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// Completed uploads whose object has been lost since it was checked: an operator deleted or replaced it, or the bucket's own rules did.
/// For the sweeper, which asks for those sessions only that the catalogue still counts on.
/// </summary>
internal sealed class LostObjects(UploadStore store, IObjectStore objects, UploadCloser closer, TimeProvider time)
{
    /// <summary>Whether the object that was checked is not at its key any more.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not say.</exception>
    public async Task<bool> IsLostAsync(UploadSession completed, CancellationToken cancellationToken) =>
        await objects.HeadAsync(completed.Key, cancellationToken) is not { } found
        || !string.Equals(found.ETag, completed.StorageETag, StringComparison.Ordinal);

    /// <summary>
    /// Gives up a completed session whose object is lost: it becomes aborted with the problem <c>OBJECT_MISSING</c>, and its bundle's row
    /// goes, so that public lists drop it and it can be created again. An asset's row stays: uploading the file again finds it.
    /// </summary>
    /// <returns>The session; null when it is not completed, its object is there after all, or another session owns the key.</returns>
    public async Task<UploadSession?> GiveUpAsync(UploadSession completed, CancellationToken cancellationToken)
    {
        var problem = SessionProblem.Of(ErrorReason.ObjectMissing, "the object was lost after it had been checked", time.GetUtcNow());
        var closing = await store.BeginClosingAsync(completed.Id, [SessionState.Completed], CloseOutcome.Aborted, cancellationToken, problem);
        if (closing is null)
        {
            return null;
        }

        // From here on nobody else writes there, and what was put back by hand is not taken away.
        if (await IsLostAsync(closing, cancellationToken))
        {
            return await closer.CloseAsync(closing, cancellationToken);
        }

        await store.CancelClosingAsync(closing.Id, cancellationToken);
        return null;
    }
}
