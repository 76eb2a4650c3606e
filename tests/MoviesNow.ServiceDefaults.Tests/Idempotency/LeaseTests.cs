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

    // Half a lease is left as a margin: clocks differ, and a command takes its time.
    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    public async Task Call_ThatStalledBeyondItsLease_LeavesTheRecordOfTheOneThatRanInstead(int seconds)
    {
        await using var stalled = await IdempotentHost.StartAsync(garnet.ConnectionString, BlockedAsync, _time);
        await using var healthy = await IdempotentHost.StartAsync(garnet.ConnectionString);
        var late = stalled.CreateAsync(_key);
        await _entered.Task;
        await EndLeaseAsync(healthy);
        var answer = await healthy.CreateAsync(_key);

        _time.Advance(TimeSpan.FromSeconds(seconds));
        await RenewedAsync(stalled);
        _mayEnd.SetResult();
        var stale = await late;

        Assert.Equal(IdempotencyStatus.Unprotected, stale.Status);
        Assert.Equal(answer.Answer, (await healthy.CreateAsync(_key)).Answer);
        Assert.InRange((await healthy.Redis.KeyTimeToLiveAsync(RecordName))!.Value, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task Call_ThatStalledBeyondItsLease_LeavesTheLeaseOfTheOneThatRunsInstead()
    {
        await using var stalled = await IdempotentHost.StartAsync(garnet.ConnectionString, BlockedAsync, _time);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var healthy = await IdempotentHost.StartAsync(garnet.ConnectionString, async (request, _) =>
        {
            entered.SetResult();
            await mayEnd.Task;
            return IdempotentHost.TitleOf(request);
        });
        var late = stalled.CreateAsync(_key);
        await _entered.Task;
        await EndLeaseAsync(healthy);
        var running = healthy.CreateAsync(_key);
        await entered.Task;

        _time.Advance(TimeSpan.FromSeconds(31));
        _mayEnd.SetResult();
        var stale = await late;
        var early = await healthy.CreateAsync(_key);
        mayEnd.SetResult();
        var answer = await running;

        Assert.Equal((IdempotencyStatus.Unprotected, "IDEMPOTENCY_IN_PROGRESS", IdempotencyStatus.Recorded), (stale.Status, early.Reason, answer.Status));
        Assert.Equal(answer.Answer, (await healthy.CreateAsync(_key)).Answer);
    }

    [Fact]
    public async Task Call_ThatFailedBeyondItsLease_LeavesTheRecordOfTheOneThatRanInstead()
    {
        await using var stalled = await IdempotentHost.StartAsync(
            garnet.ConnectionString, async (request, context) => throw new InvalidOperationException((await BlockedAsync(request, context)).ToString()), _time);
        await using var healthy = await IdempotentHost.StartAsync(garnet.ConnectionString);
        var timers = _time.Timers;
        var late = stalled.CreateAsync(_key);
        await _entered.Task;
        await EndLeaseAsync(healthy);
        var answer = await healthy.CreateAsync(_key);

        _time.Advance(TimeSpan.FromSeconds(31));
        _mayEnd.SetResult();
        await late;

        Assert.Equal(answer.Answer, (await healthy.CreateAsync(_key)).Answer);
        Assert.Equal(timers, _time.Timers);
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
        Assert.InRange((await stalled.Redis.KeyTimeToLiveAsync(RecordName))!.Value, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task Call_ThatRunsLong_KeepsItsLease()
    {
        await using var host = await IdempotentHost.StartAsync(garnet.ConnectionString, BlockedAsync, _time);
        var timers = _time.Timers;
        var running = host.CreateAsync(_key);
        await _entered.Task;
        Assert.InRange((await host.Redis.KeyTimeToLiveAsync(RecordName))!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        await host.Redis.KeyExpireAsync(RecordName, TimeSpan.FromSeconds(20));

        _time.Advance(TimeSpan.FromSeconds(10));
        while (await host.Redis.KeyTimeToLiveAsync(RecordName) < TimeSpan.FromSeconds(25))
        {
            await Task.Yield();
        }

        Assert.InRange((await host.Redis.KeyTimeToLiveAsync(RecordName))!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        _mayEnd.SetResult();
        Assert.Equal(IdempotencyStatus.Recorded, (await running).Status);
        Assert.Equal(timers, _time.Timers);
    }

    private string RecordName => IdempotencyTests.RecordNameOf(_key);

    /// <summary>As time would.</summary>
    private async Task EndLeaseAsync(IdempotentHost host) => Assert.True(await host.Redis.KeyDeleteAsync(RecordName));

    /// <summary>Ends when renewals that were begun before have most likely been answered: commands of one connection are answered in turn.</summary>
    private static async Task RenewedAsync(IdempotentHost host)
    {
        for (var i = 0; i < 10; i++)
        {
            await host.Redis.PingAsync();
        }
    }

    private async Task<CreateTitleResponse> BlockedAsync(CreateTitleRequest request, ServerCallContext context)
    {
        _entered.TrySetResult();
        await _mayEnd.Task;
        return IdempotentHost.TitleOf(request);
    }
}
