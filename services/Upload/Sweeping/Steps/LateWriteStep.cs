using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Removes what late writes of closed uploads leave, for as long as any of their URLs works, and once after. Safe after a pause: closing
/// again is under the fence, and objects are removed under the lock of the row, by ETag and mark.
/// </summary>
internal sealed class LateWriteStep(SweepStore uploads, StoredBytes stored, IObjectStore objects, IOptions<SweepOptions> options) : ISweepStep
{
    public string Name => "late_writes";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var session in uploads.UnclearedAsync(position).WithCancellation(cancellationToken))
        {
            yield return new SweepItem(SweepEffect.ClearedUpload, session.Id.ToString(), token => ClearAsync(run, session, token));
        }
    }

    private async Task<long?> ClearAsync(SweepRun run, UploadSession session, CancellationToken cancellationToken)
    {
        // Looked at before the decision whether it is the last time.
        var isOver = run.Now >= session.UrlsExpireAt + options.Value.LateWrites;
        var left = await LeftAsync(session, cancellationToken);
        if (run.IsDryRun)
        {
            return left;
        }

        var isClean = left is null || await run.Parts.Closer.CleanAgainAsync(session, cancellationToken);
        if (isClean && isOver)
        {
            await uploads.MarkClearedAsync(run.Fence, session.Id, run.Now, cancellationToken);
        }

        return isClean ? left : null;
    }

    /// <summary>Bytes of what the session's URLs wrote; null when there is nothing.</summary>
    private async Task<long?> LeftAsync(UploadSession session, CancellationToken cancellationToken)
    {
        if (await stored.ObjectOfAsync(session, cancellationToken) is { } bytes)
        {
            return bytes;
        }

        if (session.IsMultipart && (await uploads.LiveAsync([session.Key], cancellationToken)).Count == 0)
        {
            await foreach (var pending in objects.ListMultipartUploadsAsync(session.Key.Value, cancellationToken))
            {
                if (pending.Key == session.Key)
                {
                    return 0;
                }
            }
        }

        return null;
    }
}
