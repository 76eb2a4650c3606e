using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Completes multipart uploads that storage has joined though no answer said so. The last step, for checking a large object takes long. Safe
/// after a pause: every change is under the fence.
/// </summary>
internal sealed class JoinedStep(SweepStore uploads, IObjectStore objects, IOptions<SweepOptions> options) : ISweepStep
{
    public string Name => "joined";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var session in uploads.MaybeJoinedAsync(run.Now - options.Value.Grace, position).WithCancellation(cancellationToken))
        {
            if (SessionRules.Refusal(session, run.Now) is null)
            {
                yield return new SweepItem(SweepEffect.CompletedUpload, session.Id.ToString(), token => CompleteAsync(run, session, token));
            }
        }
    }

    private async Task<long?> CompleteAsync(SweepRun run, UploadSession session, CancellationToken cancellationToken)
    {
        if (await objects.HeadAsync(session.Key, cancellationToken) is not { } found
            || await run.Parts.Ownership.OriginOfAsync(session, found, cancellationToken) is not ObjectOrigin.Own
            || await objects.IsMultipartPendingAsync(session.Key, session.StorageUploadId!, cancellationToken))
        {
            return null;
        }

        if (!run.IsDryRun)
        {
            await run.Parts.Finalizer.FinalizeAsync(session, [], cancellationToken);
        }

        return 0;
    }
}
