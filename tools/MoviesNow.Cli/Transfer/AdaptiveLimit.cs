namespace MoviesNow.Cli.Transfer;

/// <summary>
/// How many requests may run at once: more while that moves more bytes, half when the storage asks for less. What is measured is the
/// throughput of all requests together, over windows that are long enough to mean something.
/// </summary>
/// <param name="most">Never more than this.</param>
/// <param name="time">Tells the time.</param>
internal sealed class AdaptiveLimit(int most, TimeProvider time)
{
    /// <summary>The limit at the beginning.</summary>
    public const int Start = 4;

    private const double Gain = 1.05;
    private const double Loss = 0.75;
    private const int WindowsUntilProbe = 8;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private long _since = time.GetTimestamp();
    private long _throttledAt;
    private bool _wasThrottled;
    private long _bytes;
    private int _ended;
    private int _quietWindows;
    private double _bestRate;

    /// <summary>Requests that may run at once now.</summary>
    public int Current { get; private set; } = Math.Min(Start, most);

    /// <summary>Bytes went out; a negative number takes back those of a request that failed.</summary>
    public void Sent(long bytes)
    {
        lock (_lock)
        {
            _bytes += bytes;
        }
    }

    /// <summary>A request ended well.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            _ended++;
            var elapsed = time.GetElapsedTime(_since);
            if (elapsed < Window || _ended < Current)
            {
                return;
            }

            Judge(_bytes / elapsed.TotalSeconds);
            Restart();
        }
    }

    /// <summary>The storage asked for less, or did not answer. Requests that ran together fail together, which counts once.</summary>
    public void Throttled()
    {
        lock (_lock)
        {
            if (_wasThrottled && time.GetElapsedTime(_throttledAt) < CoolDown)
            {
                return;
            }

            (_wasThrottled, _throttledAt) = (true, time.GetTimestamp());
            (Current, _bestRate, _quietWindows) = (Math.Max(1, Current / 2), 0, 0);
            Restart();
        }
    }

    private void Judge(double rate)
    {
        if (_wasThrottled && time.GetElapsedTime(_throttledAt) < CoolDown)
        {
            return;
        }

        if (rate > _bestRate * Gain)
        {
            Current = Math.Min(most, Current + Math.Max(1, Current / 4));
            (_bestRate, _quietWindows) = (rate, 0);
        }
        else if (rate < _bestRate * Loss)
        {
            // The way became slower, or there are too many: fewer tell which.
            Current = Math.Max(1, Current - 1);
            (_bestRate, _quietWindows) = (rate, 0);
        }
        else if (++_quietWindows >= WindowsUntilProbe)
        {
            Current = Math.Min(most, Current + 1);
            _quietWindows = 0;
        }
    }

    private void Restart() => (_since, _bytes, _ended) = (time.GetTimestamp(), 0, 0);
}
