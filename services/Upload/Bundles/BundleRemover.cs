using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Bundles;

/// <summary>
/// Deletes bundles. The session of the ZIP, completed or not, becomes closing first: it owns the key again, so that nothing new can be
/// uploaded there until the old object is gone, and whatever fails is continued later.
/// </summary>
internal sealed class BundleRemover(
    UploadStore store, UploadCloser closer, CatalogGateway catalog, IObjectStore objects, UploadTelemetry telemetry, ILogger<BundleRemover> logger)
{
    private static readonly SessionState[] Removable = [SessionState.Pending, SessionState.Recording, SessionState.Completed];

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Deletes a bundle's row, and its objects if storage answers.</summary>
    /// <returns>False when its objects are left for later.</returns>
    /// <exception cref="RpcException">NOT_FOUND <c>BUNDLE_NOT_FOUND</c>, ABORTED <c>ETAG_MISMATCH</c> or <c>CONFLICT_RETRY</c>.</exception>
    public async Task<bool> RemoveAsync(Guid bundleId, string etag, CancellationToken cancellationToken)
    {
        var bundle = await catalog.GetBundleAsync(bundleId, cancellationToken);
        if (etag.Length > 0 && !string.Equals(etag, bundle.Etag, StringComparison.Ordinal))
        {
            throw RpcErrors.Of(ErrorReason.EtagMismatch);
        }

        var session = await store.FindOfBundleAsync(bundleId, cancellationToken);
        if (session is null)
        {
            return await RemoveWithoutSessionAsync(bundleId, bundle.StorageKey, cancellationToken);
        }

        var closing = await BeginAsync(session, cancellationToken);
        Failpoints.Reach(Failpoint.DeleteDecided);
        await catalog.ReleaseBundleAsync(bundleId, cancellationToken);
        Failpoints.Reach(Failpoint.DeleteReleased);
        return closing is null || await TryAsync(() => closer.CloseAsync(closing, cancellationToken));
    }

    /// <summary>The session, closing; null when its object is gone already.</summary>
    private async Task<UploadSession?> BeginAsync(UploadSession session, CancellationToken cancellationToken)
    {
        if (session.State is SessionState.Opening)
        {
            // Its creator has told nobody yet that the bundle exists, and perhaps never will.
            return await closer.ReclaimAsync(session, cancellationToken) ? null : throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
        }

        if (Removable.Contains(session.State))
        {
            return await store.BeginClosingAsync(session.Id, Removable, CloseOutcome.Aborted, cancellationToken)
                ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
        }

        return session.State is SessionState.Closing ? session : null;
    }

    /// <summary>The row goes last: until then nobody else can have the key.</summary>
    private async Task<bool> RemoveWithoutSessionAsync(Guid bundleId, string storageKey, CancellationToken cancellationToken)
    {
        var key = StorageKey.Parse(storageKey);
        var deleted = await TryAsync(() => objects.DeleteAsync(key, cancellationToken));
        if (BundleKeys.ManifestOf(key) is { } manifest)
        {
            deleted &= await TryAsync(() => objects.DeleteAsync(manifest, cancellationToken));
        }

        await catalog.ReleaseBundleAsync(bundleId, cancellationToken);
        return deleted;
    }

    private async Task<bool> TryAsync(Func<Task> delete)
    {
        try
        {
            await delete();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            telemetry.CleanUpDeferred();
            logger.LogWarning("The objects of a deleted bundle are left for later: {Failure}", e.GetType().Name);
            return false;
        }
    }
}
