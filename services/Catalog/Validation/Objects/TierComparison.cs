using System.Globalization;
using MoviesNow.Catalog.Validation.Playlists;

namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>Whether the playlists of an asset fit together, so that players can change between them.</summary>
internal static class TierComparison
{
    private const double LongestDifference = 0.5;

    // Two frames of film, for durations are rounded.
    private const double BoundaryTolerance = 0.1;

    /// <param name="asset">Id of the asset.</param>
    /// <param name="objects">What players get, whole playlists only.</param>
    /// <param name="findings">Where to say what is found.</param>
    public static void Examine(string asset, IReadOnlyList<VariantObjects> objects, Findings findings)
    {
        if (objects.Count < 2)
        {
            return;
        }

        var targets = objects.Select(one => one.Playlist.TargetDuration).Distinct().Order().ToArray();
        if (targets.Length > 1)
        {
            findings.Add(ObjectRules.TargetDurationsDiffer, asset, $"The playlists have different target durations: {string.Join(", ", targets)} s.");
        }

        var durations = objects.Select(one => one.Playlist.Duration).ToArray();
        if (durations.Max() - durations.Min() > LongestDifference)
        {
            findings.Add(ObjectRules.DurationsDiffer, asset, string.Create(
                CultureInfo.InvariantCulture, $"The playlists last from {durations.Min():0.###} to {durations.Max():0.###} s."));
        }

        if (Differ(objects, segment => segment.Discontinuities > 0, LongestDifference))
        {
            findings.Add(
                ObjectRules.DiscontinuitiesDiffer, asset,
                "The playlists have discontinuities at different times, so players lose their place when they change.");
        }

        VariantObjects[] tiers = [.. objects.Where(one => one.Variant.IsStreamable)];
        if (Differ(tiers, _ => true, BoundaryTolerance))
        {
            findings.Add(
                ObjectRules.SegmentBoundariesDiffer, asset,
                $"The tiers have segments that begin at different times, or different numbers of them: {CountsOf(tiers)}.");
        }
    }

    /// <summary>True when the segments that are picked do not begin at the same times in all playlists.</summary>
    private static bool Differ(IReadOnlyList<VariantObjects> objects, Func<PlaylistSegment, bool> isPicked, double tolerance)
    {
        double[]? first = null;
        foreach (var one in objects)
        {
            var times = BeginningsOf(one.Playlist, isPicked).ToArray();
            first ??= times;
            if (times.Length != first.Length || times.Zip(first).Any(pair => Math.Abs(pair.First - pair.Second) > tolerance))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<double> BeginningsOf(MediaPlaylist playlist, Func<PlaylistSegment, bool> isPicked)
    {
        var time = 0d;
        foreach (var segment in playlist.Segments)
        {
            if (isPicked(segment))
            {
                yield return time;
            }

            time += segment.Duration;
        }
    }

    private static string CountsOf(IEnumerable<VariantObjects> tiers) => string.Join(", ", tiers
        .OrderByDescending(one => one.Variant.Height)
        .ThenBy(one => one.Variant.Id, StringComparer.Ordinal)
        .Select(one => $"{Rows.LadderExamination.NameOf(one.Variant.Tier)} {one.Playlist.Segments.Count}"));
}
