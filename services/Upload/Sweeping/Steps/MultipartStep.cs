using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Aborts multipart uploads in the bucket that no open upload names: only those at keys of the layout, and older than a grace time. Safe
/// after a pause: an abort names one multipart upload, which was not named by anybody while the lease was held and the row locked, and a row
/// only ever names one that it has just begun.
/// </summary>
internal sealed class MultipartStep(SweepStore uploads, IObjectStore objects, Npgsql.NpgsqlDataSource dataSource, IOptions<SweepOptions> options) : ISweepStep
{
    private const int Batch = 100;

    public string Name => "multipart";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = run.Now - options.Value.MultipartGrace;
        var old = objects.ListMultipartUploadsAsync("", cancellationToken)
            .Where(upload => upload.Initiated < before && upload.Key is { } key && StorageLocation.TryParse(key, out _));
        await foreach (var batch in old.Chunk(Batch).WithCancellation(cancellationToken))
        {
            var owners = (await uploads.LiveAsync(batch.Select(upload => upload.Key!), cancellationToken)).ToDictionary(session => session.Key);
            foreach (var upload in batch)
            {
                var owner = owners.GetValueOrDefault(upload.Key!);
                if (!string.Equals(owner?.StorageUploadId, upload.UploadId, StringComparison.Ordinal))
                {
                    yield return new SweepItem(SweepEffect.AbortedMultipart, Position: null, token => AbortAsync(run, upload, owner, token));
                }
            }
        }
    }

    private async Task<long?> AbortAsync(SweepRun run, PendingUpload upload, UploadSession? owner, CancellationToken cancellationToken)
    {
        var (key, uploadId) = (upload.Key!, upload.UploadId);
        if (await objects.ListPartsAsync(key, uploadId, cancellationToken) is not { } parts)
        {
            return null;
        }

        if (!run.IsDryRun && !await AbortOnceAsync(run, key, uploadId, owner, cancellationToken))
        {
            return null;
        }

        return parts.Sum(part => part.Size);
    }

    private async Task<bool> AbortOnceAsync(SweepRun run, StorageKey key, string uploadId, UploadSession? owner, CancellationToken cancellationToken)
    {
        if (owner is null)
        {
            await run.Fence.RunAsync(dataSource, _ => objects.AbortMultipartAsync(key, uploadId, cancellationToken), cancellationToken);
            return true;
        }

        // The owner may be beginning again at this moment.
        var aborted = await run.Parts.Store.LockAsync(
            owner.Id,
            async (row, token) =>
            {
                if (string.Equals(row.Session.StorageUploadId, uploadId, StringComparison.Ordinal))
                {
                    return null;
                }

                await objects.AbortMultipartAsync(key, uploadId, token);
                return row.Session;
            },
            cancellationToken);
        return aborted is not null;
    }
}
