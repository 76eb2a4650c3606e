using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

/// <summary>A replica whose Redis does what it is told, and answers too late; another's Redis is quick.</summary>
public sealed class SlowRedisTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>, IAsyncLifetime
{
    private readonly string _key = Guid.NewGuid().ToString();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LeaseTime _time = new();
    private HeldRedis _redis = null!;
    private IdempotentHost _slow = null!;
    private IdempotentHost _quick = null!;

    public async Task InitializeAsync()
    {
        _redis = new HeldRedis(garnet.ConnectionString);
        _slow = await IdempotentHost.StartAsync(_redis.ConnectionString, BlockedAsync, _time);
        _quick = await IdempotentHost.StartAsync(garnet.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await _slow.DisposeAsync();
        await _quick.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Claim_NotAnsweredInTime_RunsAndIsRecordedAllTheSame()
    {
        var running = await ClaimInVainAsync();

        _mayEnd.SetResult();
        var outcome = await running;
        var again = await _quick.CreateAsync(_key);

        Assert.Equal((IdempotencyStatus.Recorded, IdempotencyStatus.Replayed), (outcome.Status, again.Status));
        Assert.Equal(outcome.Answer, again.Answer);
        Assert.InRange((await _quick.Redis.KeyTimeToLiveAsync(RecordName))!.Value, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task Claim_NotAnsweredInTimeOfACallThatFails_MayBeTriedAgain()
    {
        var running = await ClaimInVainAsync();

        _mayEnd.SetException(new InvalidOperationException("broken"));

        Assert.Equal("INTERNAL", (await running).Reason);
        Assert.Equal(IdempotencyStatus.Recorded, (await _quick.CreateAsync(_key)).Status);
    }

    [Fact]
    public async Task Claim_NotAnsweredInTimeOfACallThatRanBefore_LeavesItsRecord()
    {
        var first = await _quick.CreateAsync(_key);
        var running = await ClaimInVainAsync();

        _mayEnd.SetResult();
        var outcome = await running;

        Assert.Equal(IdempotencyStatus.Unprotected, outcome.Status);
        Assert.Equal(first.Answer, (await _quick.CreateAsync(_key)).Answer);
    }

    [Fact]
    public async Task Claim_AnsweredWhenTheLeaseIsOver_LeavesTheRecordOfTheOneThatRanInstead()
    {
        _redis.Hold();
        var running = _slow.CreateAsync(_key);
        await _redis.HeldAsync();
        Assert.True(await _quick.Redis.KeyDeleteAsync(RecordName));
        var first = await _quick.CreateAsync(_key);
        _time.Advance(TimeSpan.FromSeconds(31));
        _redis.Release();
        await _entered.Task;

        _mayEnd.SetResult();
        var outcome = await running;

        Assert.Equal(IdempotencyStatus.Unprotected, outcome.Status);
        Assert.Equal(first.Answer, (await _quick.CreateAsync(_key)).Answer);
    }

    [Fact]
    public async Task Completion_NotAnsweredInTime_GivesTheAnswerAndSaysThatItMayBeLost()
    {
        var running = _slow.CreateAsync(_key);
        await _entered.Task;
        _redis.Hold();

        _mayEnd.SetResult();
        await _redis.HeldAsync();
        await _time.EndWaitAsync();
        var outcome = await running;

        Assert.Equal(("OK", IdempotencyStatus.Unprotected), (outcome.Reason, outcome.Status));
    }

    private string RecordName => IdempotencyTests.RecordNameOf(_key);

    /// <summary>A call that runs without knowing whether it has the lease.</summary>
    private async Task<Task<IdempotentHost.Outcome>> ClaimInVainAsync()
    {
        _redis.Hold();
        var running = _slow.CreateAsync(_key);
        await _redis.HeldAsync();
        await _time.EndWaitAsync();
        await _entered.Task;
        _redis.Release();
        await _slow.Redis.PingAsync();
        return running;
    }

    private async Task<CreateTitleResponse> BlockedAsync(CreateTitleRequest request, ServerCallContext context)
    {
        _entered.TrySetResult();
        await _mayEnd.Task;
        return IdempotentHost.TitleOf(request);
    }
}
