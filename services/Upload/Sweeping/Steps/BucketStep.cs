using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Compares the bucket with the rows, key by key, and keeps the list of orphans up to date. It removes nothing. Objects outside the layout
/// belong to nobody here and are passed over.
/// </summary>
internal sealed class BucketStep(
    SweepStore uploads, OrphanStore orphans, IEnumerable<IObjectOwner> owners, IObjectStore objects, IOptions<SweepOptions> options) : ISweepStep
{
    // One page of S3, and what the catalogue takes at once.
    private const int Batch = 1_000;

    private const int MaxRows = 500;

    public string Name => "bucket";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = position;
        while (true)
        {
            var listed = await objects.ListAsync("", after, cancellationToken).Take(Batch).ToListAsync(cancellationToken);
            var end = listed.Count < Batch ? null : listed[^1].RawKey;

            // More rows than objects: the batch ends where the rows do.
            var rows = await uploads.CompletedAsync(after, end, MaxRows, cancellationToken);
            var through = rows.Count < MaxRows ? end : rows[^1].Key.Value;
            var range = (after, through);
            var seen = through is null ? listed : listed.FindAll(one => string.CompareOrdinal(one.RawKey, through) <= 0);
            yield return new SweepItem(SweepEffect.OrphanObject, through, token => CompareAsync(run, range, seen, rows, token));
            if (through is null)
            {
                yield break;
            }

            after = through;
        }
    }

    private async Task<long?> CompareAsync(
        SweepRun run, (string After, string? Through) range, List<ListedObject> listed, List<UploadSession> rows, CancellationToken cancellationToken)
    {
        var settled = run.Now - options.Value.Grace;
        var byKey = rows.ToDictionary(row => row.Key);
        var present = listed.Where(one => one.Key is { } key && StorageLocation.TryParse(key, out _)).ToDictionary(one => one.Key!);
        var missing = rows.Where(row => row.UpdatedAt < settled && !HasObject(row, present)).ToList();
        var keys = present.Values.Where(one => one.LastModified < settled).Select(one => one.Key!).Union(missing.Select(row => row.Key)).ToList();
        var unknown = await UnknownAsync(keys, cancellationToken);

        var strays = present.Values.Where(one => unknown.Contains(one.Key!.Value)).ToList();
        var writers = (await uploads.NewestAsync(strays.Select(one => one.RawKey), cancellationToken)).ToDictionary(session => session.Key);
        List<Orphan> found =
        [
            .. strays.Where(one => writers.GetValueOrDefault(one.Key!) is not { IsLive: true })
                .Select(one => new Orphan(OrphanKind.ObjectWithoutRow, one.RawKey, one.Size, one.LastModified, writers.GetValueOrDefault(one.Key!)?.Id)),

            // Of what the catalogue does not know either, nobody misses the object.
            .. missing.Where(row => !unknown.Contains(row.Key.Value))
                .Select(row => new Orphan(OrphanKind.RowWithoutObject, row.Key.Value, row.Size, ModifiedAt: null, row.Id)),
        ];
        await orphans.ReplaceAsync(run.Fence, range, found, run.Now, cancellationToken);
        run.Count(SweepEffect.OrphanObject, found.Count(one => one.Kind is OrphanKind.ObjectWithoutRow), 0);
        run.Count(SweepEffect.OrphanRow, found.Count(one => one.Kind is OrphanKind.RowWithoutObject), 0);
        return null;
    }

    private static bool HasObject(UploadSession row, Dictionary<StorageKey, ListedObject> present) =>
        row.State is SessionState.Completed && present.TryGetValue(row.Key, out var found) && string.Equals(found.ETag, row.StorageETag, StringComparison.Ordinal);

    /// <summary>The keys that no owner knows.</summary>
    private async Task<IReadOnlySet<string>> UnknownAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken)
    {
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in keys.Chunk(Batch))
        {
            var rest = part.Select(key => key.Value).ToHashSet(StringComparer.Ordinal);
            foreach (var owner in owners)
            {
                rest.IntersectWith(await owner.UnknownAsync(part, cancellationToken));
            }

            unknown.UnionWith(rest);
        }

        return unknown;
    }
}
