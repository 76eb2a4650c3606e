namespace MoviesNow.Telemetry.Qoe;

/// <summary>What is summed up; the columns of the tables, in their order.</summary>
internal enum QoeColumn
{
    SessionCount,
    StartCount,
    ExitsBeforeStart,
    StartFailures,
    PlaybackFailures,
    Completions,
    WatchMs,
    HiddenWatchMs,
    RebufferCount,
    RebufferMs,
    SeekRebufferCount,
    SeekRebufferMs,
    BitrateMs,
    Bits,
    RenditionChanges,
    PresentMs,
}

/// <summary>Sums over some sessions and time, and the sketch of their startup times.</summary>
internal sealed class QoeSums
{
    /// <summary>Names of the columns in SQL.</summary>
    public static readonly string[] Columns =
    [
        "session_count", "start_count", "exits_before_start", "start_failures", "playback_failures", "completions", "watch_ms", "hidden_watch_ms",
        "rebuffer_count", "rebuffer_ms", "seek_rebuffer_count", "seek_rebuffer_ms", "bitrate_ms", "bits", "rendition_changes", "present_ms",
    ];

    private readonly decimal[] _values = new decimal[Columns.Length];
    private readonly SortedDictionary<short, long> _starts = [];

    /// <summary>
    /// A sum. Never negative: what takes back a count may be summed up before what it takes back, and the part that a filter shows
    /// would be less than nothing for a moment.
    /// </summary>
    public decimal this[QoeColumn column] => Math.Max(0, _values[(int)column]);

    /// <summary>Starts by bucket of the sketch, shortest first.</summary>
    public IEnumerable<KeyValuePair<short, long>> Starts => _starts.Where(bucket => bucket.Value > 0);

    public bool IsEmpty => Array.TrueForAll(_values, value => value <= 0) && !Starts.Any();

    public void Add(QoeColumn column, decimal value) => _values[(int)column] += value;

    public void AddStarts(short bucket, long count) => _starts[bucket] = _starts.GetValueOrDefault(bucket) + count;

    public void Add(QoeSums other)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] += other._values[i];
        }

        foreach (var (bucket, count) in other._starts)
        {
            AddStarts(bucket, count);
        }
    }
}
