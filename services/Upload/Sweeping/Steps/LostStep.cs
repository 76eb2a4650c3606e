using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Gives up uploads whose object was lost after it had been checked, after two looks at least: by the listing of an earlier sweep, and now.
/// Safe after a pause: the upload is closed under the fence, and the object is looked for after that, and put back in its state if it is there.
/// </summary>
internal sealed class LostStep(OrphanStore orphans, UploadStore store, IOptions<SweepOptions> options, ILogger<LostStep> logger) : ISweepStep
{
    public string Name => "lost";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await orphans.CountUnmarkedRowsAsync(cancellationToken) > options.Value.MaxLostObjects)
        {
            logger.LogError("More objects are missing than may be given up at once ({Setting}): is it the right bucket?", $"{SweepOptions.Section}:MaxLostObjects");
            throw new InvalidOperationException("More objects are missing than may be given up at once.");
        }

        await foreach (var orphan in orphans.ListFoundBeforeAsync(OrphanKind.RowWithoutObject, run.Now, position).WithCancellation(cancellationToken))
        {
            yield return new SweepItem(SweepEffect.LostObject, orphan.Key, token => GiveUpAsync(run, orphan, token));
        }
    }

    private async Task<long?> GiveUpAsync(SweepRun run, Orphan orphan, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(orphan.UploadId!.Value, cancellationToken) is not { } session
            || (session.State is SessionState.Completed && !await run.Parts.Lost.IsLostAsync(session, cancellationToken)))
        {
            return null;
        }

        if (run.IsDryRun)
        {
            return 0;
        }

        var isGivenUp = session.State is SessionState.Completed && await run.Parts.Lost.GiveUpAsync(session, cancellationToken) is not null;
        if (isGivenUp)
        {
            logger.LogWarning("The object of upload {Upload} was lost", session.Id);
        }

        // One that was given up earlier is only noted.
        if (isGivenUp || session.State is SessionState.Aborted)
        {
            await orphans.MarkAsync(run.Fence, orphan.Key, run.Now, cancellationToken);
        }

        return isGivenUp ? 0 : null;
    }
}
