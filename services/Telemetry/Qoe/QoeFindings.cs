using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>What was read for a query, gathered by bucket.</summary>
internal sealed class QoeFindings(QoeQuery query, DateTimeOffset completeUntil)
{
    private const int MinutesOfHour = 60;

    private readonly SortedDictionary<DateTimeOffset, QoeSums> _sums = [];
    private readonly Dictionary<DateTimeOffset, decimal> _peaks = [];
    private readonly Dictionary<DateTimeOffset, long[]> _presence = [];

    /// <summary>Adds the sums of one minute, hour or day.</summary>
    public void AddSums(QoeLevel level, DateTimeOffset moment, Func<QoeColumn, decimal> value)
    {
        var sums = Bucket(query.BucketOf(moment));
        foreach (var column in System.Enum.GetValues<QoeColumn>())
        {
            sums.Add(column, value(column));
        }

        // The average of a minute; that of an hour or day is no more than the highest of its minutes.
        AddPeak(moment, value(QoeColumn.PresentMs), level.Length());
    }

    /// <summary>Adds startup times of a bucket.</summary>
    public void AddStarts(DateTimeOffset moment, short[] buckets, long[] starts)
    {
        var sums = Bucket(query.BucketOf(moment));
        for (var i = 0; i < buckets.Length; i++)
        {
            sums.AddStarts(buckets[i], starts[i]);
        }
    }

    /// <summary>Adds the presence of some sessions in an hour, minute by minute from the first one.</summary>
    public void AddPresence(DateTimeOffset hour, int firstMinute, long?[] presence)
    {
        if (!_presence.TryGetValue(hour, out var minutes))
        {
            _presence.Add(hour, minutes = new long[MinutesOfHour]);
        }

        for (var i = 0; i < presence.Length; i++)
        {
            minutes[firstMinute + i] += presence[i] ?? 0;
        }
    }

    public GetQoeResponse ToMessage()
    {
        foreach (var (hour, minutes) in _presence)
        {
            AddPeak(hour, minutes.Max(), QoeLevel.Minute.Length());
        }

        return new GetQoeResponse
        {
            CompleteUntil = completeUntil.ToTimestamp(),
            Buckets = { _sums.Where(bucket => !bucket.Value.IsEmpty).Select(bucket => ToMessage(bucket.Key, bucket.Value)) },
        };
    }

    private QoeBucket ToMessage(DateTimeOffset begin, QoeSums sums)
    {
        var end = query.EndOf(begin);
        var passed = completeUntil > begin && completeUntil < end ? completeUntil : end;
        return new QoeBucket
        {
            StartTime = begin.ToTimestamp(),
            Metrics = QoeMeasures.Of(sums, passed - begin, (double)Math.Max(0, _peaks.GetValueOrDefault(begin))),
        };
    }

    private QoeSums Bucket(DateTimeOffset begin)
    {
        if (!_sums.TryGetValue(begin, out var sums))
        {
            _sums.Add(begin, sums = new QoeSums());
        }

        return sums;
    }

    private void AddPeak(DateTimeOffset moment, decimal presentMs, TimeSpan span)
    {
        var begin = query.BucketOf(moment);
        _peaks[begin] = Math.Max(_peaks.GetValueOrDefault(begin), presentMs / (decimal)span.TotalMilliseconds);
    }
}
