using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>
/// Writes entries without ever failing or holding up the call that they are about: a write may take a second, and after one that
/// failed calls do not wait for theirs for a while. Each entry that could not be written is counted.
/// </summary>
internal sealed class AuditRecorder
{
    /// <summary>What a call waits for its entry at most.</summary>
    public static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(1);

    /// <summary>How long calls do not wait after a write that failed; the next write that succeeds ends it.</summary>
    public static readonly TimeSpan DownMemory = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    // What nobody waits for must not pile up.
    private const int MaxUnattendedWrites = 64;

    private readonly IAuditTrail _trail;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditRecorder> _logger;
    private readonly Counter<long> _failures;
    private readonly Lock _gate = new();
    private DateTimeOffset _downUntil;
    private DateTimeOffset _quietUntil;
    private int _unattended;

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
    public Task RecordAsync(AuditEntry entry)
    {
        if (!IsDown)
        {
            return WriteAsync(entry);
        }

        _ = WriteUnattendedAsync(entry);
        return Task.CompletedTask;
    }

    private async Task WriteUnattendedAsync(AuditEntry entry)
    {
        if (Interlocked.Increment(ref _unattended) <= MaxUnattendedWrites)
        {
            await WriteAsync(entry);
        }
        else
        {
            _failures.Add(1);
        }

        Interlocked.Decrement(ref _unattended);
    }

    private async Task WriteAsync(AuditEntry entry)
    {
        using var span = BackgroundWork.Start("write audit entry");
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
    }

    private void Note(Exception exception)
    {
        _failures.Add(1);
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            _downUntil = now + DownMemory;
            if (now < _quietUntil)
            {
                return;
            }

            _quietUntil = now + LogInterval;
        }

        _logger.LogWarning("An audit entry was not written: {Exception}. More failures are counted, and told once a minute", ExceptionSummary.Of(exception));
    }
}
