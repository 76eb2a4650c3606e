using System.Collections.Concurrent;
using System.Diagnostics;

namespace MoviesNow.ClusterTest.Load;

/// <summary>What clients saw during one fault.</summary>
internal sealed class Tally
{
    private const int MaxExamples = 5;

    private readonly ConcurrentDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _lastSuccess = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentQueue<double> _milliseconds = new();
    private long _calls;
    private long _lastError;

    /// <summary>Calls that clients made, each with its repetitions.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>Calls that failed for good: with an error that is not one to repeat, or after a minute of repeating.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Attempts that failed with an error that clients repeat, by code and reason.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    /// <summary>When an attempt failed last; 0 when none did.</summary>
    public long LastError => Volatile.Read(ref _lastError);

    /// <summary>The time within which 99 of 100 calls were answered, repetitions included.</summary>
    public double P99
    {
        get
        {
            double[] sorted = [.. _milliseconds.Order()];
            return sorted is [] ? 0 : sorted[(int)(sorted.Length * 0.99)];
        }
    }

    public void Succeeded(string method, long begun)
    {
        Interlocked.Increment(ref _calls);
        _milliseconds.Enqueue(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        _lastSuccess[method] = Stopwatch.GetTimestamp();
    }

    public void Repeating(string error)
    {
        _errors.AddOrUpdate(error, 1, (_, count) => count + 1);
        Volatile.Write(ref _lastError, Stopwatch.GetTimestamp());
    }

    public void Failed(string method, string error)
    {
        Interlocked.Increment(ref _calls);
        _failures.Enqueue($"{method}: {error}");
        Volatile.Write(ref _lastError, Stopwatch.GetTimestamp());
    }

    /// <summary>Whether every method that is called has succeeded since a time, and since the last error.</summary>
    /// <param name="time">The time.</param>
    public bool IsWellSince(long time) => !_lastSuccess.IsEmpty && _lastSuccess.Values.All(success => success > Math.Max(time, LastError));

    /// <summary>The first failures, for people.</summary>
    public string Examples() => string.Join("; ", _failures.Take(MaxExamples));
}
