using System.Globalization;

namespace MoviesNow.Cli.Transfer;

/// <summary>Tells of a transfer in plain lines: one every five seconds while it lasts, also when nothing moves.</summary>
internal sealed class TransferLines : ITransferProgress, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly string _name;
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private string _step = "";
    private long _bytes;
    private long _moved;
    private long _began;

    public TransferLines(string name, TextWriter output, TimeProvider time)
    {
        (_name, _output, _time) = (name, output, time);
        _timer = time.CreateTimer(_ => Tell(), state: null, Interval, Interval);
    }

    public void Begin(string step, long bytes)
    {
        lock (_lock)
        {
            (_step, _bytes, _moved, _began) = (step, bytes, 0, _time.GetTimestamp());
        }
    }

    public void Moved(long bytes)
    {
        lock (_lock)
        {
            _moved += bytes;
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <summary>What a line says, such as <c>Sending film.mkv: 512 of 2,048 MB, 25 %, 102.4 MB/s, 15 s left</c>.</summary>
    internal static string Line(string step, string name, long moved, long bytes, TimeSpan elapsed)
    {
        if (bytes == 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{step} {name}: {elapsed.TotalSeconds:N0} s");
        }

        var rate = moved / Math.Max(elapsed.TotalSeconds, 0.001);
        var left = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $"{(bytes - moved) / rate:N0} s left") : "waiting";
        return string.Create(
            CultureInfo.InvariantCulture, $"{step} {name}: {moved / 1e6:N0} of {bytes / 1e6:N0} MB, {100 * moved / bytes} %, {rate / 1e6:N1} MB/s, {left}");
    }

    private void Tell()
    {
        lock (_lock)
        {
            if (_step.Length > 0)
            {
                _output.WriteLine(Line(_step, _name, _moved, _bytes, _time.GetElapsedTime(_began)));
            }
        }
    }
}
