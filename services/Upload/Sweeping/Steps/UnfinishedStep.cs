using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Finishes what a crash or an outage left half done: closings, which are also deletions of bundles whose objects could not be deleted, and
/// recordings. Safe after a pause: as the calls that began them, each goes on from the state of the row, under the fence.
/// </summary>
internal sealed class UnfinishedStep(SweepStore uploads, StoredBytes stored, IOptions<SweepOptions> options) : ISweepStep
{
    public string Name => "unfinished";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var session in uploads.UnfinishedAsync(run.Now - options.Value.Grace, position).WithCancellation(cancellationToken))
        {
            var isClosing = session.State is SessionState.Closing;
            yield return new SweepItem(
                isClosing ? SweepEffect.DeletedObject : SweepEffect.CompletedUpload,
                session.Id.ToString(),
                token => isClosing ? CloseAsync(run, session, token) : RecordAsync(run, session, token));
        }
    }

    private async Task<long?> CloseAsync(SweepRun run, UploadSession session, CancellationToken cancellationToken)
    {
        var bytes = await stored.OfAsync(session, cancellationToken);
        return run.IsDryRun || await run.Parts.Closer.CloseAsync(session, cancellationToken) is not null ? bytes : null;
    }

    private static async Task<long?> RecordAsync(SweepRun run, UploadSession session, CancellationToken cancellationToken)
    {
        if (!run.IsDryRun)
        {
            await run.Parts.Finalizer.FinalizeAsync(session, [], cancellationToken);
        }

        return 0;
    }
}
