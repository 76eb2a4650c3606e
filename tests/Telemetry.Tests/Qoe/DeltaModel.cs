using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.V1;

namespace Telemetry.Tests.Qoe;

/// <summary>Answers GetQoe from the deltas themselves, one by one and minute by minute: what the roll-up and the query must agree with.</summary>
internal static class DeltaModel
{
    public static IEnumerable<QoeBucket> Answer(IReadOnlyCollection<Delta> deltas, GetQoeRequest request)
    {
        var (from, until) = (request.From.ToDateTimeOffset(), request.Until.ToDateTimeOffset());
        var length = request.Bucket?.ToTimeSpan();
        return deltas.Where(delta => delta.Minute >= from && delta.Minute < until && Fits(delta, request))
            .GroupBy(delta => length is null ? from : Latest(from, delta.Minute.AddTicks(-(delta.Minute.UtcTicks % length.Value.Ticks))))
            .OrderBy(bucket => bucket.Key)
            .Select(bucket => new QoeBucket
            {
                StartTime = bucket.Key.ToTimestamp(),
                Metrics = Measure([.. bucket], EndOf(bucket.Key, until, length) - bucket.Key),
            })
            .Where(bucket => !bucket.Metrics.Equals(new QoeMetrics()));
    }

    private static DateTimeOffset EndOf(DateTimeOffset begin, DateTimeOffset until, TimeSpan? length) =>
        length is { } span && begin.AddTicks(span.Ticks - (begin.UtcTicks % span.Ticks)) is var end && end < until ? end : until;

    private static bool Fits(Delta delta, GetQoeRequest request) =>
        (request.TitleId.Length == 0 || request.TitleId == delta.Title.ToString())
        && (request.VariantId.Length == 0 || request.VariantId == delta.Variant.ToString())
        && (request.Country.Length == 0 || request.Country == delta.Country)
        && (request.Device.Length == 0 || request.Device == delta.Device)
        && (request.AppVersion.Length == 0 || request.AppVersion == delta.AppVersion);

    private static QoeMetrics Measure(Delta[] deltas, TimeSpan span)
    {
        long Sum(QoeColumn column) => deltas.Sum(delta => delta.Counters.GetValueOrDefault(column));
        var starts = deltas.Where(delta => delta.Bucket >= 0).SelectMany(delta => Enumerable.Repeat(delta.Bucket, (int)delta.Counters[QoeColumn.StartCount]))
            .Order().Select(bucket => (long)Math.Round(StartupSketch.MillisecondsOf(bucket))).ToArray();
        var played = Sum(QoeColumn.WatchMs) + Sum(QoeColumn.HiddenWatchMs);
        var bitrateMs = Sum(QoeColumn.BitrateMs);
        return new QoeMetrics
        {
            SessionCount = Sum(QoeColumn.SessionCount),
            WatchTimeMs = Sum(QoeColumn.WatchMs),
            HiddenWatchTimeMs = Sum(QoeColumn.HiddenWatchMs),
            StartupTimeP50Ms = starts.Length == 0 ? 0 : starts[((starts.Length + 1) / 2) - 1],
            StartupTimeP95Ms = starts.Length == 0 ? 0 : starts[(((starts.Length * 19) + 19) / 20) - 1],
            RebufferCount = Sum(QoeColumn.RebufferCount),
            RebufferTimeMs = Sum(QoeColumn.RebufferMs),
            RebufferRatio = Sum(QoeColumn.RebufferMs) == 0 ? 0 : (double)Sum(QoeColumn.RebufferMs) / (Sum(QoeColumn.RebufferMs) + played),
            SeekRebufferCount = Sum(QoeColumn.SeekRebufferCount),
            SeekRebufferTimeMs = Sum(QoeColumn.SeekRebufferMs),
            StartCount = Sum(QoeColumn.StartCount),
            ExitsBeforeStart = Sum(QoeColumn.ExitsBeforeStart),
            StartFailures = Sum(QoeColumn.StartFailures),
            PlaybackFailures = Sum(QoeColumn.PlaybackFailures),
            Completions = Sum(QoeColumn.Completions),
            AverageBitrateBps = bitrateMs == 0 ? 0 : Sum(QoeColumn.Bits) * 1_000 / bitrateMs,
            RenditionChanges = Sum(QoeColumn.RenditionChanges),
            AverageConcurrentViewers = Sum(QoeColumn.PresentMs) / span.TotalMilliseconds,
            PeakConcurrentViewers = deltas.GroupBy(delta => delta.Minute)
                .Max(minute => minute.Sum(delta => delta.Counters.GetValueOrDefault(QoeColumn.PresentMs))) / 60_000.0,
        };
    }

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
