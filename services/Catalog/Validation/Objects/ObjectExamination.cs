using System.Collections.Concurrent;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation.Playlists;
using MoviesNow.Storage;

namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>What the bucket tells about the media of a title. Only reads, and only as much as the limits allow.</summary>
internal sealed class ObjectExamination(IObjectStore store, ObjectLimits limits) : IDisposable
{
    private readonly MediaBucket _bucket = new(store, limits);
    private readonly SemaphoreSlim _turn = new(limits.MaxExaminations);

    /// <summary>Adds what is found; what was not looked at in time is left out, and marked.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task ExamineAsync(TitleMedia media, Findings findings, CancellationToken cancellationToken)
    {
        // Without any time it is over before it begins; CancelAfter would let a timer decide.
        using var time = new CancellationTokenSource(limits.Deadline);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, time.Token);
        try
        {
            await _turn.WaitAsync(deadline.Token);
            try
            {
                await ExamineAssetsAsync(media, findings, deadline.Token);
                await ExamineVariantsAsync(media, findings, deadline.Token);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            findings.MarkIncomplete();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task ExamineAssetsAsync(TitleMedia media, Findings findings, CancellationToken cancellationToken)
    {
        var assets = Take(media.Assets.OrderBy(asset => asset.Id, StringComparer.Ordinal), limits.MaxAssets, findings);
        var sizes = await SizesAsync(assets.Select(asset => asset.StorageKey), cancellationToken);
        foreach (var asset in assets)
        {
            if (sizes[asset.StorageKey] is not { } size)
            {
                findings.Add(ObjectRules.AssetObjectMissing, asset.Id, "The object of the asset is not in the bucket.");
            }
            else if (asset.SizeBytes > 0 && asset.SizeBytes != size)
            {
                findings.Add(ObjectRules.AssetSizeMismatch, asset.Id, $"The recorded size is {asset.SizeBytes} bytes, and the object has {size}.");
            }
        }
    }

    private async Task ExamineVariantsAsync(TitleMedia media, Findings findings, CancellationToken cancellationToken)
    {
        var orphans = new OrphanExamination(media);
        var left = limits.MaxVariants;
        foreach (var ladder in media.Ladders.OrderBy(ladder => ladder.Asset.Id, StringComparer.Ordinal))
        {
            var ordered = ladder.All.OrderByDescending(AssetVariants.IsPlayed).ThenBy(variant => variant.Id, StringComparer.Ordinal);
            var variants = Take(ordered, Math.Min(left, limits.MaxVariantsOfAsset), findings);
            left -= variants.Length;
            await ExamineFilesAsync(Array.FindAll(variants, variant => variant.Protocol is not StreamProtocol.Hls), findings, cancellationToken);
            var streams = Array.FindAll(variants, variant => variant.Protocol is StreamProtocol.Hls);
            await ExamineLadderAsync(ladder.Asset.Id, streams, orphans, findings, cancellationToken);
        }
    }

    private async Task ExamineFilesAsync(StreamVariant[] variants, Findings findings, CancellationToken cancellationToken)
    {
        var sizes = await SizesAsync(variants.Select(variant => variant.StorageKey), cancellationToken);
        foreach (var variant in variants)
        {
            if (sizes[variant.StorageKey] is not { } size)
            {
                findings.Add(ObjectRules.VariantObjectMissing, variant.Id, "The object of the variant is not in the bucket.");
            }
            else if (variant.Protocol is StreamProtocol.Mp4 && variant.SizeBytes > 0 && variant.SizeBytes != size)
            {
                findings.Add(ObjectRules.VariantSizeMismatch, variant.Id, $"The recorded size is {variant.SizeBytes} bytes, and the object has {size}.");
            }
        }
    }

    private async Task ExamineLadderAsync(
        string asset, StreamVariant[] variants, OrphanExamination orphans, Findings findings, CancellationToken cancellationToken)
    {
        var objects = await new LadderReader(_bucket, limits).ReadAsync(variants, cancellationToken);
        foreach (var (variant, rule, message) in objects.Failures)
        {
            findings.Add(rule, variant.Id, message);
            if (rule == ObjectRules.PlaylistTooLarge)
            {
                findings.MarkIncomplete();
            }
        }

        foreach (var one in objects.Read)
        {
            PlaylistExamination.Examine(one.Variant, one.Playlist, findings);
            SegmentExamination.Examine(one, limits.MaxNamed, findings);
        }

        TierComparison.Examine(
            asset, [.. objects.Read.Where(one => AssetVariants.IsPlayed(one.Variant) && !one.Playlist.IsCut && one.Playlist.Segments.Count > 0)], findings);
        var unreadable = objects.Failures.Select(failure => PlaylistFolder.Of(failure.Variant.StorageKey).Prefix).ToHashSet(StringComparer.Ordinal);
        orphans.Examine(objects.Read, unreadable, limits.MaxNamed, findings);
    }

    private async Task<ConcurrentDictionary<string, long?>> SizesAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var sizes = new ConcurrentDictionary<string, long?>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            keys, new ParallelOptions { MaxDegreeOfParallelism = limits.Parallelism, CancellationToken = cancellationToken },
            async (key, token) => sizes[key] = await _bucket.SizeAsync(key, token));
        return sizes;
    }

    private static T[] Take<T>(IEnumerable<T> items, int max, Findings findings)
    {
        var taken = items.Take(max + 1).ToArray();
        if (taken.Length <= max)
        {
            return taken;
        }

        findings.MarkIncomplete();
        return taken[..max];
    }
}
