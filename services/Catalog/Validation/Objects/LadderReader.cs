using System.Collections.Concurrent;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation.Playlists;

namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>What the bucket has of the HLS variants of one asset.</summary>
/// <param name="Read">Those with a media playlist, by id.</param>
/// <param name="Failures">What is wrong with the others, by id.</param>
internal sealed record LadderObjects(
    IReadOnlyList<VariantObjects> Read, IReadOnlyList<(StreamVariant Variant, MediaRule Rule, string Message)> Failures);

/// <summary>Reads the playlists of an asset's variants, and lists each of their folders once.</summary>
internal sealed class LadderReader(MediaBucket bucket, ObjectLimits limits)
{
    public async Task<LadderObjects> ReadAsync(IReadOnlyList<StreamVariant> variants, CancellationToken cancellationToken)
    {
        var listings = new ConcurrentDictionary<string, FolderListing>(StringComparer.Ordinal);
        var folders = variants.Select(variant => PlaylistFolder.Of(variant.StorageKey).Prefix).Distinct(StringComparer.Ordinal);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = limits.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(folders, parallel, async (folder, token) => listings[folder] = await bucket.ListAsync(folder, token));

        var read = new ConcurrentBag<VariantObjects>();
        var failures = new ConcurrentBag<(StreamVariant, MediaRule, string)>();
        await Parallel.ForEachAsync(variants, parallel, async (variant, token) =>
        {
            var content = await bucket.ReadPlaylistAsync(variant.StorageKey, token);
            if (content is null)
            {
                failures.Add((variant, ObjectRules.PlaylistMissing, "The media playlist is not in the bucket."));
            }
            else if (content.Length > limits.MaxPlaylistBytes)
            {
                failures.Add((variant, ObjectRules.PlaylistTooLarge, $"The media playlist has more than {limits.MaxPlaylistBytes} bytes, and was not looked at."));
            }
            else if (MediaPlaylistReader.TryRead(content, limits.MaxSegments, out var playlist, out var problem))
            {
                var folder = PlaylistFolder.Of(variant.StorageKey);
                read.Add(new(variant, playlist, content.Length, folder, listings[folder.Prefix]));
            }
            else
            {
                failures.Add((variant, ObjectRules.PlaylistInvalid, $"The file is not a media playlist: line {problem.Line}: {problem.Text}."));
            }
        });
        return new([.. read.OrderBy(one => one.Variant.Id, StringComparer.Ordinal)], [.. failures]);
    }
}
