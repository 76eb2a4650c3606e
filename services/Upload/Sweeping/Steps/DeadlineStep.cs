using System.Runtime.CompilerServices;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Closes uploads whose time is over, with their multipart uploads and objects. Safe after a pause: every change is under the fence, and the
/// objects are removed under the lock of the row, by ETag and mark.
/// </summary>
internal sealed class DeadlineStep(SweepStore uploads, StoredBytes stored) : ISweepStep
{
    public string Name => "deadlines";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var session in uploads.PastDeadlineAsync(run.Now, position).WithCancellation(cancellationToken))
        {
            var effect = session.State is SessionState.Pending ? SweepEffect.ExpiredUpload : SweepEffect.ClearedUpload;
            yield return new SweepItem(effect, session.Id.ToString(), async token =>
            {
                var bytes = await stored.OfAsync(session, token);
                return run.IsDryRun || await run.Parts.Closer.ReclaimAsync(session, token) ? bytes : null;
            });
        }
    }
}
