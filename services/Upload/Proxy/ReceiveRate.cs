namespace MoviesNow.Upload.Proxy;

/// <summary>
/// How long the service goes on waiting for the bytes of a file: each byte that arrived earns time, and waiting for the next ones uses it
/// up. Time in which the service itself is at work does not count.
/// </summary>
/// <param name="options">The rate, and the time that is given in advance.</param>
/// <param name="time">Tells the time.</param>
internal sealed class ReceiveRate(ProxyOptions options, TimeProvider time)
{
    private TimeSpan _waited;
    private long _since;

    /// <summary>The service begins to wait.</summary>
    /// <param name="received">Bytes that have arrived so far.</param>
    /// <returns>How long it may; infinite where no rate is demanded.</returns>
    public TimeSpan Wait(long received)
    {
        _since = time.GetTimestamp();
        if (options.MinBytesPerSecond == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = options.MinRateGrace + TimeSpan.FromSeconds((double)received / options.MinBytesPerSecond) - _waited;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Something arrived.</summary>
    public void Arrived() => _waited += time.GetElapsedTime(_since);
}
