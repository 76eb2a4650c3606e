using Microsoft.Extensions.Options;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.Events;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Events;

public sealed class WriteQueueTests
{
    private readonly WriteQueue _queue = new(Options.Create(new TelemetryOptions { MaxQueuedEvents = 500 }));

    [Fact]
    public void TryAdd_NoRoom_RefusesUntilEventsAreReleased()
    {
        Assert.True(_queue.TryAdd(Job(499)));
        Assert.False(_queue.TryAdd(Job(2)));
        Assert.True(_queue.TryAdd(Job(1)));
        Assert.Equal(500, _queue.HeldEvents);

        _queue.Release(499);

        Assert.True(_queue.TryAdd(Job(499)));
    }

    [Fact]
    public async Task AddAsync_NoRoom_WaitsForIt()
    {
        Assert.True(_queue.TryAdd(Job(500)));
        var adding = _queue.AddAsync(Job(500), CancellationToken.None);
        Assert.False(adding.IsCompleted);

        _queue.Release(500);

        await adding.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(500, _queue.HeldEvents);
    }

    [Fact]
    public async Task AddAsync_CallerGivesUp_HoldsNothing()
    {
        Assert.True(_queue.TryAdd(Job(500)));
        using var giveUp = new CancellationTokenSource();
        var adding = _queue.AddAsync(Job(1), giveUp.Token);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => adding);
        Assert.Equal(500, _queue.HeldEvents);
    }

    [Fact]
    public async Task TakeAsync_ManyJobs_EndsTheBatchAtItsLimit()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.True(_queue.TryAdd(Job(10)));
        }

        var batch = new List<AppendJob>();
        Assert.True(await _queue.TakeAsync(batch, maxEvents: 25, () => TimeSpan.Zero));

        Assert.Equal(3, batch.Count);
    }

    [Fact]
    public async Task TakeAsync_BatchMayWait_GathersUntilItIsFull()
    {
        Assert.True(_queue.TryAdd(Job(10)));
        var batch = new List<AppendJob>();
        var taking = _queue.TakeAsync(batch, maxEvents: 25, () => TimeSpan.FromMinutes(5));

        Assert.True(_queue.TryAdd(Job(10)));
        Assert.True(_queue.TryAdd(Job(10)));

        Assert.True(await taking.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(3, batch.Count);
    }

    [Fact]
    public async Task TakeAsync_NobodyElseComes_EndsItsWait()
    {
        Assert.True(_queue.TryAdd(Job(10)));
        var batch = new List<AppendJob>();

        Assert.True(await _queue.TakeAsync(batch, maxEvents: 25, () => TimeSpan.FromMilliseconds(1)));

        Assert.Single(batch);
    }

    [Fact]
    public async Task Close_JobsAreLeft_GivesThemAndThenEnds()
    {
        Assert.True(_queue.TryAdd(Job(1)));
        _queue.Close();

        Assert.Throws<OperationCanceledException>(() => _queue.TryAdd(Job(1)));
        var batch = new List<AppendJob>();
        Assert.True(await _queue.TakeAsync(batch, maxEvents: 500, () => TimeSpan.Zero));
        Assert.Single(batch);
        Assert.False(await _queue.TakeAsync(batch, maxEvents: 500, () => TimeSpan.Zero));
    }

    private static AppendJob Job(int events) => new(
        Guid.CreateVersion7(),
        [.. Enumerable.Range(1, events).Select(i => CheckedEvent.Of(Samples.Event(i), Samples.Noon))],
        Samples.Noon,
        CancellationToken.None);
}
