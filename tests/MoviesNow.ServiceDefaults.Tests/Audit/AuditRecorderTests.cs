using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Audit;

/// <summary>A trail that fails or hangs as a test says, under a clock that the test moves.</summary>
public sealed class AuditRecorderTests : IDisposable
{
    private const string Secret = "Host=10.1.2.3;Password=hunter2";

    private readonly Trail _trail = new();
    private readonly TimerClock _clock = new();
    private readonly LogCapture _logs = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly AuditRecorder _recorder;
    private long _failures;

    public AuditRecorderTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name is "moviesnow.audit.failures" && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _failures, value));
        _listener.Start();
        _recorder = new(_trail, _clock, meters, LoggerFactory.Create(logging => logging.AddProvider(_logs)).CreateLogger<AuditRecorder>());
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Record_TrailThatWorks_EndsWhenTheEntryIsWritten()
    {
        var write = new TaskCompletionSource();
        _trail.Append = _ => write.Task;

        var record = _recorder.RecordAsync(new AuditEntry());
        Assert.False(record.IsCompleted);
        write.SetResult();
        await record;

        Assert.Equal(0, _failures);
    }

    [Fact]
    public async Task Record_TrailThatFails_CountsEachAndTellsOnceAMinuteWithoutItsWords()
    {
        _trail.Append = _ => throw new InvalidOperationException(Secret);
        for (var i = 0; i < 3; i++)
        {
            await _recorder.RecordAsync(new AuditEntry());
        }

        Assert.Equal(3, _failures);
        Assert.Single(_logs.Text.Split('\n'));
        Assert.Contains("InvalidOperationException", _logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", _logs.Text, StringComparison.Ordinal);

        _clock.Now += TimeSpan.FromMinutes(1);
        await _recorder.RecordAsync(new AuditEntry());
        Assert.Equal(2, _logs.Text.Split('\n').Length);
    }

    [Fact]
    public async Task Record_TrailThatHangs_IsGivenUpAtTheLimitEvenIfItDoesNotListen()
    {
        _trail.Append = _ => new TaskCompletionSource().Task;

        var record = _recorder.RecordAsync(new AuditEntry());
        Assert.False(record.IsCompleted);
        _clock.Fire(AuditRecorder.CallPatience);
        await record;
        Assert.Equal(0, _failures);
        _clock.Fire(AuditRecorder.WriteLimit);

        Assert.Equal(1, _failures);
    }

    [Fact]
    public async Task Record_TrailThatIsSlow_HoldsUpOneCallAndLosesNothing()
    {
        var write = new TaskCompletionSource();
        _trail.Append = _ => write.Task;

        var record = _recorder.RecordAsync(new AuditEntry());
        _clock.Fire(AuditRecorder.CallPatience);
        await record;
        Assert.True(_recorder.RecordAsync(new AuditEntry()).IsCompletedSuccessfully);
        write.SetResult();

        Assert.Equal((2, 0), (_trail.Appended, _failures));
    }

    [Fact]
    public async Task Record_AfterAFailure_DoesNotWaitUntilTheTrailWorksAgain()
    {
        _trail.Append = _ => throw new TimeoutException();
        await _recorder.RecordAsync(new AuditEntry());

        var write = new TaskCompletionSource();
        _trail.Append = _ => write.Task;
        Assert.True(_recorder.RecordAsync(new AuditEntry()).IsCompletedSuccessfully);
        Assert.Equal(2, _trail.Appended);

        _clock.Now += AuditRecorder.DownMemory;
        Assert.False(_recorder.RecordAsync(new AuditEntry()).IsCompleted);
        write.SetResult();
    }

    [Fact]
    public async Task Record_WriteThatNobodyWaitedForSucceeds_EndsTheMemoryOfTheFailure()
    {
        _trail.Append = _ => throw new TimeoutException();
        await _recorder.RecordAsync(new AuditEntry());
        _trail.Append = _ => Task.CompletedTask;
        await _recorder.RecordAsync(new AuditEntry());

        var write = new TaskCompletionSource();
        _trail.Append = _ => write.Task;
        Assert.False(_recorder.RecordAsync(new AuditEntry()).IsCompleted);
        write.SetResult();
    }

    [Fact]
    public async Task Record_ManyWhileTheTrailHangs_DoNotPileUp()
    {
        _trail.Append = _ => throw new TimeoutException();
        await _recorder.RecordAsync(new AuditEntry());
        _trail.Append = _ => new TaskCompletionSource().Task;
        for (var i = 0; i < 1_000; i++)
        {
            Assert.True(_recorder.RecordAsync(new AuditEntry()).IsCompletedSuccessfully);
        }

        Assert.Equal(1 + 64, _trail.Appended);
        Assert.Equal(1 + 1_000 - 64, _failures);
    }

    private sealed class Trail : IAuditTrail
    {
        public Func<CancellationToken, Task> Append { get; set; } = _ => Task.CompletedTask;

        public int Appended { get; private set; }

        public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
        {
            Appended++;
            return Append(cancellationToken);
        }
    }

    /// <summary>Timers that fire when the test says so.</summary>
    private sealed class TimerClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public List<Timer> Timers { get; } = [];

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(dueTime, () => callback(state));
            Timers.Add(timer);
            return timer;
        }

        public void Fire(TimeSpan dueTime) => Timers.FindAll(timer => timer.DueTime == dueTime).ForEach(timer => timer.Callback());
    }

    private sealed record Timer(TimeSpan DueTime, Action Callback) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
