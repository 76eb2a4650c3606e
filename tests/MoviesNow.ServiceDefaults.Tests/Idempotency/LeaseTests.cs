using System.Collections.Concurrent;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

/// <summary>Replicas that die or stall in the middle of a call.</summary>
public sealed class LeaseTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    private readonly string _key = Guid.NewGuid().ToString();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LeaseTime _time = new();

    [Fact]
    public async Task Call_WhoseReplicaDied_RunsOnAnotherWhenTheLeaseIsOver()
    {
        await using var dying = await IdempotentHost.StartAsync(garnet.ConnectionString, BlockedAsync, _time);
        await using var healthy = await IdempotentHost.StartAsync(garnet.ConnectionString);
        var lost = dying.CreateAsync(_key);
        await _entered.Task;
        Assert.Equal("IDEMPOTENCY_IN_PROGRESS", (await healthy.CreateAsync(_key)).Reason);

        await EndLeaseAsync(healthy);
        var answer = await healthy.CreateAsync(_key);

        Assert.Equal(IdempotencyStatus.Recorded, answer.Status);
        _mayEnd.SetResult();
        await lost;
    }

    [Fact]
    public async Task Call_ThatStalledBeyondItsLease_LeavesTheRecordOfTheOneThatRanInstead()
    {
        await using var stalled = await IdempotentHost.StartAsync(garnet.ConnectionString, BlockedAsync, _time);
        await using var healthy = await IdempotentHost.StartAsync(garnet.ConnectionString);
        var late = stalled.CreateAsync(_key);
        await _entered.Task;
        await EndLeaseAsync(healthy);
        var answer = await healthy.CreateAsync(_key);

        _time.Advance(TimeSpan.FromSeconds(31));
        _mayEnd.SetResult();
        var stale = await late;

        Assert.Equal(IdempotencyStatus.Unprotected, stale.Status);
        Assert.Equal(answer.Answer, (await healthy.CreateAsync(_key)).Answer);
    }

    [Fact]
    public async Task Call_ThatFailedBeyondItsLease_LeavesTheRecordOfTheOneThatRanInstead()
    {
        await using var stalled = await IdempotentHost.StartAsync(
            garnet.ConnectionString, async (request, context) => throw new InvalidOperationException((await BlockedAsync(request, context)).ToString()), _time);
        await using var healthy = await IdempotentHost.StartAsync(garnet.ConnectionString);
        var late = stalled.CreateAsync(_key);
        await _entered.Task;
        await EndLeaseAsync(healthy);
        var answer = await healthy.CreateAsync(_key);

        _time.Advance(TimeSpan.FromSeconds(31));
        _mayEnd.SetResult();
        await late;

        Assert.Equal(answer.Answer, (await healthy.CreateAsync(_key)).Answer);
    }

    [Fact]
    public async Task Call_ThatStalledWhileNobodyElseRan_IsRecordedAllTheSame()
    {
        await using var stalled = await IdempotentHost.StartAsync(garnet.ConnectionString, BlockedAsync, _time);
        var late = stalled.CreateAsync(_key);
        await _entered.Task;
        await EndLeaseAsync(stalled);

        _time.Advance(TimeSpan.FromSeconds(31));
        _mayEnd.SetResult();

        Assert.Equal(IdempotencyStatus.Recorded, (await late).Status);
        Assert.Equal(IdempotencyStatus.Replayed, (await stalled.CreateAsync(_key)).Status);
    }

    [Fact]
    public async Task Call_ThatRunsLong_KeepsItsLease()
    {
        await using var host = await IdempotentHost.StartAsync(garnet.ConnectionString, BlockedAsync, _time);
        var timers = _time.Timers;
        var running = host.CreateAsync(_key);
        await _entered.Task;
        await host.Redis.KeyExpireAsync(RecordName, TimeSpan.FromSeconds(20));

        _time.Advance(TimeSpan.FromSeconds(10));
        while (await host.Redis.KeyTimeToLiveAsync(RecordName) < TimeSpan.FromSeconds(25))
        {
            await Task.Yield();
        }

        _mayEnd.SetResult();
        Assert.Equal(IdempotencyStatus.Recorded, (await running).Status);
        Assert.Equal(timers, _time.Timers);
    }

    private string RecordName => $"mn:idempotency:{{{IdempotencyTests.CallOf(_key, "Fjord").RecordName}}}";

    /// <summary>As time would.</summary>
    private async Task EndLeaseAsync(IdempotentHost host) => Assert.True(await host.Redis.KeyDeleteAsync(RecordName));

    private async Task<CreateTitleResponse> BlockedAsync(CreateTitleRequest request, ServerCallContext context)
    {
        _entered.TrySetResult();
        await _mayEnd.Task;
        return IdempotentHost.TitleOf(request);
    }

    /// <summary>A monotonic clock that a test moves: repeating timers fire when it does, and no others. Single waits are real.</summary>
    private sealed class LeaseTime : TimeProvider
    {
        private readonly ConcurrentDictionary<Timer, bool> _timers = new();
        private long _ahead;

        public int Timers => _timers.Count;

        public void Advance(TimeSpan by)
        {
            Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));
            foreach (var timer in _timers.Keys)
            {
                timer.Fire();
            }
        }

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (period == Timeout.InfiniteTimeSpan)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            var timer = new Timer(this, () => callback(state));
            _timers[timer] = true;
            return timer;
        }

        private sealed class Timer(LeaseTime owner, Action fire) : ITimer
        {
            public void Fire() => fire();

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => owner._timers.TryRemove(this, out _);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
