using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>The measures that follow from sums; docs/qoe.md has the formulas and their sources.</summary>
internal static class QoeMeasures
{
    private const double Median = 0.5;
    private const double NinetyFifth = 0.95;
    private const decimal MillisecondsPerSecond = 1_000;

    /// <param name="sums">The sums.</param>
    /// <param name="span">The time that they are of, as far as it has passed.</param>
    /// <param name="peak">The highest average number of viewers of a minute.</param>
    public static QoeMetrics Of(QoeSums sums, TimeSpan span, double peak)
    {
        var average = Ratio(sums[QoeColumn.PresentMs], (decimal)span.TotalMilliseconds);
        return new QoeMetrics
        {
            SessionCount = (long)sums[QoeColumn.SessionCount],
            WatchTimeMs = (long)sums[QoeColumn.WatchMs],
            HiddenWatchTimeMs = (long)sums[QoeColumn.HiddenWatchMs],
            StartupTimeP50Ms = Percentile(sums.Starts, Median),
            StartupTimeP95Ms = Percentile(sums.Starts, NinetyFifth),
            RebufferCount = (long)sums[QoeColumn.RebufferCount],
            RebufferTimeMs = (long)sums[QoeColumn.RebufferMs],
            RebufferRatio = RebufferRatio(sums),
            SeekRebufferCount = (long)sums[QoeColumn.SeekRebufferCount],
            SeekRebufferTimeMs = (long)sums[QoeColumn.SeekRebufferMs],
            StartCount = (long)sums[QoeColumn.StartCount],
            ExitsBeforeStart = (long)sums[QoeColumn.ExitsBeforeStart],
            StartFailures = (long)sums[QoeColumn.StartFailures],
            PlaybackFailures = (long)sums[QoeColumn.PlaybackFailures],
            Completions = (long)sums[QoeColumn.Completions],
            AverageBitrateBps = (long)Ratio(sums[QoeColumn.Bits] * MillisecondsPerSecond, sums[QoeColumn.BitrateMs]),
            RenditionChanges = (long)sums[QoeColumn.RenditionChanges],
            AverageConcurrentViewers = average,
            // The minute that runs counts as a full one, so its average may be the higher one.
            PeakConcurrentViewers = Math.Max(peak, average),
        };
    }

    /// <summary>The time in milliseconds that this share of the starts did not exceed (nearest rank); 0 without starts.</summary>
    /// <param name="starts">Starts by bucket, shortest first; none is negative.</param>
    /// <param name="share">0 to 1.</param>
    public static long Percentile(IEnumerable<KeyValuePair<short, long>> starts, double share)
    {
        var all = starts.ToList();
        var rank = (long)Math.Ceiling(all.Sum(bucket => bucket.Value) * share);
        foreach (var (bucket, count) in all)
        {
            rank -= count;
            if (rank <= 0)
            {
                return (long)Math.Round(StartupSketch.MillisecondsOf(bucket));
            }
        }

        return 0;
    }

    private static double RebufferRatio(QoeSums sums)
    {
        var stalled = sums[QoeColumn.RebufferMs];
        return Ratio(stalled, stalled + sums[QoeColumn.WatchMs] + sums[QoeColumn.HiddenWatchMs]);
    }

    private static double Ratio(decimal part, decimal whole) => whole <= 0 ? 0 : (double)(part / whole);
}
