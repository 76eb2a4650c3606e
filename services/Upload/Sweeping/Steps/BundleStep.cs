using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using Npgsql;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Purges expired bundles: the catalogue ends the bundle for good, then ZIP and manifest are deleted by closing the upload, then the row says
/// that they are gone. Safe after a pause: the catalogue decides by its own row whether a bundle is expired, closing is under the fence, and
/// objects are removed under the lock of the row, by ETag and mark.
/// </summary>
internal sealed class BundleStep(
    UploadStore store,
    SweepStore uploads,
    SweepCatalog bundles,
    CatalogGateway catalog,
    IObjectStore objects,
    NpgsqlDataSource dataSource,
    IOptions<SweepOptions> options) : ISweepStep
{
    public string Name => "bundles";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var bundle in bundles.ListPurgeableAsync(run.Now - options.Value.PurgeDelay).WithCancellation(cancellationToken))
        {
            yield return new SweepItem(
                SweepEffect.PurgedBundle,
                Position: null,
                async token => run.IsDryRun || await PurgeAsync(run, bundle, token) ? bundle.SizeBytes : null);
        }
    }

    private async Task<bool> PurgeAsync(SweepRun run, Bundle bundle, CancellationToken cancellationToken)
    {
        await bundles.ExpireAsync(bundle.Id, cancellationToken);
        var id = Guid.Parse(bundle.Id);
        var session = await store.FindOfBundleAsync(id, cancellationToken);
        var closing = session switch
        {
            null => null,
            { State: SessionState.Completed } =>
                await run.Parts.Store.BeginClosingAsync(session.Id, [SessionState.Completed], CloseOutcome.Expired, cancellationToken),
            { State: SessionState.Closing } => session,
            _ => null,
        };
        if (closing is not null)
        {
            // Its last step is to tell the catalogue.
            return await run.Parts.Closer.CloseAsync(closing, cancellationToken) is not null;
        }

        if (session is not (null or { State: SessionState.Aborted or SessionState.Expired }))
        {
            // Another upload owns the key at this moment, or this one is not done: the next sweep looks again.
            return false;
        }

        if (session is null && !await DeleteUnownedAsync(run, bundle, cancellationToken))
        {
            return false;
        }

        await catalog.PurgeBundleAsync(id, cancellationToken);
        return true;
    }

    /// <summary>Deletes the ZIP of a bundle whose upload is not known any more, if it is this bundle's.</summary>
    private async Task<bool> DeleteUnownedAsync(SweepRun run, Bundle bundle, CancellationToken cancellationToken)
    {
        var key = StorageKey.Parse(bundle.StorageKey);
        if ((await uploads.LiveAsync([key], cancellationToken)).Count > 0)
        {
            return false;
        }

        if (!await bundles.IsCurrentAsync(bundle, cancellationToken) || await objects.HeadAsync(key, cancellationToken) is not { } found)
        {
            return true;
        }

        if (found.Size != bundle.SizeBytes)
        {
            // Somebody else's: it stays, and is reported as an orphan.
            return true;
        }

        var isDeleted = false;
        await run.Fence.RunAsync(
            dataSource, async _ => isDeleted = await objects.DeleteAsync(key, found.ETag, cancellationToken), cancellationToken);
        return isDeleted;
    }
}
