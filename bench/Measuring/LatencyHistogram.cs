using System.Diagnostics;

namespace MoviesNow.Bench.Measuring;

/// <summary>Latencies in buckets that are 2 % wide, from a tenth of a microsecond to minutes. For one thread at a time.</summary>
internal sealed class LatencyHistogram
{
    private const double Width = 1.02;
    private const double LeastSeconds = 1e-7;
    private const int Buckets = 1_200;

    private static readonly double LogWidth = Math.Log(Width);

    private readonly long[] _counts = new long[Buckets];

    public long Count { get; private set; }

    public void Record(long ticks)
    {
        var seconds = Math.Max((double)ticks / Stopwatch.Frequency, LeastSeconds);
        _counts[Math.Min((int)(Math.Log(seconds / LeastSeconds) / LogWidth), Buckets - 1)]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < Buckets; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The latency that this share of the runs did not exceed.</summary>
    public double Milliseconds(double share)
    {
        var rank = (long)Math.Ceiling(Count * share);
        var bucket = 0;
        for (var seen = _counts[0]; seen < rank && bucket < Buckets - 1; seen += _counts[bucket])
        {
            bucket++;
        }

        return LeastSeconds * Math.Pow(Width, bucket + 1) * 1_000;
    }
}
