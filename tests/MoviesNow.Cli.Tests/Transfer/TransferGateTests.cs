using MoviesNow.Cli.Transfer;

namespace MoviesNow.Cli.Tests.Transfer;

public sealed class TransferGateTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task EnterAsync_BeyondTheLimit_WaitsInOrder()
    {
        var gate = Gate();
        var waiting = await FillAsync(gate, 2);

        gate.Leave();
        await waiting[0];
        Assert.False(waiting[1].IsCompleted);
        gate.Leave();
        await waiting[1];
    }

    [Fact]
    public async Task Leave_AfterTheLimitFell_LetsNobodyInUntilItIsKept()
    {
        var gate = Gate();
        var waiting = await FillAsync(gate, 1);
        gate.Limit.Throttled();

        // Four run and two may: the first two that end make no room.
        gate.Leave();
        gate.Leave();
        Assert.False(waiting[0].IsCompleted);
        gate.Leave();
        await waiting[0];
    }

    [Fact]
    public async Task Leave_AfterTheLimitRose_LetsInAsManyAsMayRun()
    {
        var gate = Gate();
        var waiting = await FillAsync(gate, 3);
        _clock.Advance(TimeSpan.FromSeconds(1));
        gate.Limit.Sent(1_000);
        for (var i = 0; i < AdaptiveLimit.Start; i++)
            gate.Limit.Succeeded();

        gate.Leave();
        await Task.WhenAll(waiting[0], waiting[1]);
        Assert.False(waiting[2].IsCompleted);
    }

    [Fact]
    public async Task EnterAsync_Cancelled_GivesItsPlaceToTheNext()
    {
        var gate = Gate();
        await FillAsync(gate, 0);
        using var given = new CancellationTokenSource();
        var (cancelled, next) = (gate.EnterAsync(given.Token), gate.EnterAsync(CancellationToken.None));

        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Leave();
        await next;
    }

    private TransferGate Gate() => new(new AdaptiveLimit(32, _clock));

    /// <summary>Takes all places, and lets some more wait.</summary>
    private static async Task<Task[]> FillAsync(TransferGate gate, int more)
    {
        for (var i = 0; i < AdaptiveLimit.Start; i++)
            await gate.EnterAsync(CancellationToken.None);
        var waiting = Enumerable.Range(0, more).Select(_ => gate.EnterAsync(CancellationToken.None)).ToArray();
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        return waiting;
    }
}
