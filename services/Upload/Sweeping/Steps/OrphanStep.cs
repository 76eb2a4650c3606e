using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Removes orphans where that is asked for: objects that an upload of this service wrote, that no row has known for a while, and that
/// the catalogue still does not know. What anybody else put into the bucket stays. Safe after a pause: the upload is closed under the fence, and
/// the object removed under the lock of its row, by ETag and mark.
/// </summary>
internal sealed class OrphanStep(
    OrphanStore orphans, UploadStore store, IEnumerable<IObjectOwner> owners, StoredBytes stored, IOptions<SweepOptions> options) : ISweepStep
{
    public string Name => "orphans";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!options.Value.DeleteOrphans)
        {
            yield break;
        }

        var before = run.Now - options.Value.OrphanGrace;
        await foreach (var orphan in orphans.ListFoundBeforeAsync(OrphanKind.ObjectWithoutRow, before, position).WithCancellation(cancellationToken))
        {
            if (orphan.UploadId is { } writer)
            {
                yield return new SweepItem(SweepEffect.DeletedOrphan, orphan.Key, token => DeleteAsync(run, orphan, writer, token));
            }
        }
    }

    private async Task<long?> DeleteAsync(SweepRun run, Orphan orphan, Guid writer, CancellationToken cancellationToken)
    {
        var key = StorageKey.Parse(orphan.Key);
        if (await store.FindAsync(writer, cancellationToken) is not { } session || await stored.ObjectOfAsync(session, cancellationToken) is not { } bytes)
        {
            return null;
        }

        foreach (var owner in owners)
        {
            if (!(await owner.UnknownAsync([key], cancellationToken)).Contains(key.Value))
            {
                return null;
            }
        }

        if (run.IsDryRun)
        {
            return bytes;
        }

        if (!await CloseAsync(run, session, cancellationToken))
        {
            return null;
        }

        await orphans.ForgetAsync(run.Fence, orphan.Key, cancellationToken);
        return bytes;
    }

    private static async Task<bool> CloseAsync(SweepRun run, UploadSession session, CancellationToken cancellationToken)
    {
        switch (session.State)
        {
            case SessionState.Completed:
                var closing = await run.Parts.Store.BeginClosingAsync(session.Id, [SessionState.Completed], CloseOutcome.Expired, cancellationToken);
                return closing is not null && await run.Parts.Closer.CloseAsync(closing, cancellationToken) is not null;
            case SessionState.Aborted or SessionState.Expired:
                return await run.Parts.Closer.CleanAgainAsync(session, cancellationToken);
            default:
                return false;
        }
    }
}
