using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>
/// Writes entries without ever failing or holding up the call that they are about: a call waits a second for its entry, whose write goes
/// on without it, and after one that failed or was slow calls do not wait for a while. Each entry that could not be written is counted.
/// </summary>
internal sealed class AuditRecorder
{
    /// <summary>What a call waits for its entry at most.</summary>
    public static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(1);

    /// <summary>How long a write may take before it is given up: a trail's service that has just started is slow, not lost.</summary>
    public static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(15);

    /// <summary>How long calls do not wait after a write that failed or was slow; the next write that succeeds ends it.</summary>
    public static readonly TimeSpan DownMemory = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    // What nobody waits for must not pile up.
    private const int MaxWritesWhileDown = 64;

    private readonly IAuditTrail _trail;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditRecorder> _logger;
    private readonly Counter<long> _failures;
    private readonly Lock _gate = new();
    private DateTimeOffset _downUntil;
    private DateTimeOffset _quietUntil;
    private int _writing;

    public AuditRecorder(IAuditTrail trail, TimeProvider time, IMeterFactory meters, ILogger<AuditRecorder> logger)
    {
        (_trail, _time, _logger) = (trail, time, logger);
        _failures = meters.Create("moviesnow.audit").CreateCounter<long>("moviesnow.audit.failures", "{entry}", "Audit entries that were not written in time.");
    }

    private bool IsDown
    {
        get
        {
            lock (_gate)
            {
                return _time.GetUtcNow() < _downUntil;
            }
        }
    }

    /// <summary>Writes an entry; ends when it is written, or will not be, or need not be waited for. Never fails.</summary>
    public async Task RecordAsync(AuditEntry entry)
    {
        var down = IsDown;
        if (down && Volatile.Read(ref _writing) >= MaxWritesWhileDown)
        {
            _failures.Add(1);
            return;
        }

        var write = WriteAsync(entry);
        if (down)
        {
            return;
        }

        try
        {
            await write.WaitAsync(CallPatience, _time);
        }
        catch (TimeoutException)
        {
            StopWaiting();
        }
    }

    private async Task WriteAsync(AuditEntry entry)
    {
        using var span = BackgroundWork.Start("write audit entry");
        Interlocked.Increment(ref _writing);
        try
        {
            // Not the caller's token: who leaves still leaves an entry. The second wait binds a driver that is slow to give up.
            using var limit = new CancellationTokenSource(WriteLimit, _time);
            await _trail.AppendAsync(entry, limit.Token).WaitAsync(limit.Token);
            lock (_gate)
            {
                _downUntil = default;
            }
        }
        catch (Exception exception)
        {
            span.Fail(exception);
            Note(exception);
        }
        finally
        {
            Interlocked.Decrement(ref _writing);
        }
    }

    private void StopWaiting()
    {
        lock (_gate)
        {
            _downUntil = _time.GetUtcNow() + DownMemory;
        }
    }

    private void Note(Exception exception)
    {
        _failures.Add(1);
        StopWaiting();
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            if (now < _quietUntil)
            {
                return;
            }

            _quietUntil = now + LogInterval;
        }

        _logger.LogWarning("An audit entry was not written: {Exception}. More failures are counted, and told once a minute", ExceptionSummary.Of(exception));
    }
}
