namespace MoviesNow.Bench.Measuring;

/// <summary>Something that can be done over and over by several workers at once.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Workers">How many do it at once.</param>
/// <param name="RunAsync">Does it once, as one of the workers.</param>
/// <param name="UnitsPerRun">How many units of the result one run makes.</param>
internal sealed record Workload(string Name, int Workers, Func<int, ValueTask> RunAsync, int UnitsPerRun = 1)
{
    /// <summary>How long each turn is under way before it is measured: for what others' turns let grow cold.</summary>
    public TimeSpan LeadIn { get; init; }
}

/// <summary>What a workload achieved over all rounds.</summary>
internal sealed class Tally
{
    private readonly LatencyHistogram _latencies = new();
    private long _runs;
    private double _seconds;
    private long _allocated;
    private TimeSpan _processor;

    /// <summary>Runs a second.</summary>
    public double Rate => _runs / _seconds;

    /// <summary>Bytes that this process allocated for each run, everything included.</summary>
    public double BytesPerRun => (double)_allocated / _runs;

    /// <summary>Processor time that this process took for each run, everything included.</summary>
    public double MicrosecondsPerRun => _processor.TotalMicroseconds / _runs;

    public double Percentile(double share) => _latencies.Milliseconds(share);

    public void Add(IEnumerable<LatencyHistogram> workers, TimeSpan elapsed, TimeSpan processor, long allocated)
    {
        foreach (var worker in workers)
        {
            _runs += worker.Count;
            _latencies.Add(worker);
        }

        _seconds += elapsed.TotalSeconds;
        _processor += processor;
        _allocated += allocated;
    }
}
