using Grpc.Core;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.Titles;

namespace MoviesNow.Delivery.Tests.Titles;

/// <summary>How answers of the catalogue age.</summary>
public sealed class CatalogMemoryTests : IDisposable
{
    private readonly StoppedClock _clock = new();
    private readonly CatalogMemory<string, string> _memory;
    private int _asked;
    private Func<Task<string?>> _answer = () => Task.FromResult<string?>("yes");

    public CatalogMemoryTests() => _memory = new(_clock);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public async Task GetAsync_ForOneSecond_PassesByWhatIsRemembered()
    {
        await GetAsync();
        var answer = new TaskCompletionSource<string?>();
        _answer = () => answer.Task;

        _clock.Now += TimeSpan.FromMilliseconds(999);
        Assert.Equal("yes", await GetAsync());
        _clock.Now += TimeSpan.FromMilliseconds(1);
        var late = GetAsync();
        answer.SetResult("no");
        Assert.Equal("no", await late);
    }

    [Fact]
    public async Task GetAsync_AskedForBeforeItIsTooOld_IsAskedAnewWhileNobodyWaits()
    {
        Assert.Equal(("yes", 1), (await GetAsync(), _asked));
        var answer = new TaskCompletionSource<string?>();
        _answer = () => answer.Task;

        _clock.Now += TimeSpan.FromMilliseconds(499);
        Assert.Equal(("yes", 1), (await GetAsync(), _asked));
        // At random, but 0.9 seconds at the latest.
        _clock.Now += TimeSpan.FromMilliseconds(401);
        Assert.Equal(("yes", "yes", 2), (await GetAsync(), await GetAsync(), _asked));

        answer.SetResult("yes");
        _clock.Now += TimeSpan.FromMilliseconds(499);
        Assert.Equal(("yes", 2), (await GetAsync(), _asked));
    }

    [Fact]
    public async Task GetAsync_AskedAnewInVain_PassesUntilTheAnswerIsTooOld()
    {
        await GetAsync();
        _answer = () => Task.FromException<string?>(new InvalidOperationException("A service behind this one answered Internal."));

        _clock.Now += TimeSpan.FromMilliseconds(999);
        Assert.Equal("yes", await GetAsync());
        _clock.Now += TimeSpan.FromMilliseconds(1);
        await Assert.ThrowsAsync<InvalidOperationException>(GetAsync);
    }

    [Fact]
    public async Task GetAsync_WhatRefuses_IsAskedEachTime()
    {
        _answer = () => Task.FromResult<string?>("no");

        Assert.Equal(("no", "no", 2), (await GetAsync(), await GetAsync(), _asked));
        _answer = () => Task.FromResult<string?>(null);
        Assert.Equal((null, null, 4), (await GetAsync(), await GetAsync(), _asked));
    }

    [Fact]
    public async Task GetAsync_CatalogueAway_PassesForFiveSecondsAndThenNoMore()
    {
        await GetAsync();
        _answer = () => throw new RpcException(new Status(StatusCode.Unavailable, ""));

        _clock.Now += TimeSpan.FromSeconds(5);
        Assert.Equal("yes", await GetAsync());
        _clock.Now += TimeSpan.FromTicks(1);
        await Assert.ThrowsAsync<RpcException>(GetAsync);
    }

    [Fact]
    public async Task GetAsync_CatalogueAwayAndNothingThatPasses_IsUnavailable()
    {
        _answer = () => Task.FromResult<string?>("no");
        await GetAsync();
        _answer = () => throw new RpcException(new Status(StatusCode.Unavailable, ""));

        await Assert.ThrowsAsync<RpcException>(GetAsync);
    }

    [Fact]
    public async Task GetAsync_CatalogueDoesNotAnswer_PassesByTheOlderAnswerBeforeItsEnd()
    {
        await GetAsync();
        _answer = () => new TaskCompletionSource<string?>().Task;

        _clock.Now += TimeSpan.FromSeconds(4);
        Assert.Equal("yes", await GetAsync());
    }

    [Fact]
    public async Task GetAsync_DefectOfTheCatalogue_IsNotHidden()
    {
        await GetAsync();
        _answer = () => throw new InvalidOperationException("A service behind this one answered Internal.");

        _clock.Now += TimeSpan.FromSeconds(2);
        await Assert.ThrowsAsync<InvalidOperationException>(GetAsync);
    }

    [Fact]
    public async Task GetAsync_ManyAtOnce_ShareOneQuestion()
    {
        var answer = new TaskCompletionSource<string?>();
        _answer = () => answer.Task;
        var calls = Enumerable.Range(0, 100).Select(_ => GetAsync()).ToList();

        answer.SetResult("yes");

        Assert.All(await Task.WhenAll(calls), found => Assert.Equal("yes", found));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task GetAsync_RefusalOfAQuestionThatIsOlderThanTheCall_IsAskedAgain()
    {
        var old = new TaskCompletionSource<string?>();
        _answer = () => old.Task;
        var first = GetAsync();
        _clock.Now += TimeSpan.FromTicks(1);
        var second = GetAsync();
        _answer = () => Task.FromResult<string?>("yes");

        old.SetResult("no");

        Assert.Equal(("no", "yes", 2), (await first, await second, _asked));
    }

    [Fact]
    public async Task GetAsync_CallerGone_LeavesTheQuestionToTheOthers()
    {
        var answer = new TaskCompletionSource<string?>();
        _answer = () => answer.Task;
        using var gone = new CancellationTokenSource();
        var (leaver, stayer) = (GetAsync(gone.Token), GetAsync());

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        answer.SetResult("yes");

        Assert.Equal(("yes", 1), (await stayer, _asked));
    }

    private Task<string?> GetAsync() => GetAsync(CancellationToken.None);

    private Task<string?> GetAsync(CancellationToken cancellationToken) => _memory.GetAsync("key", found => found == "yes", _ =>
    {
        Interlocked.Increment(ref _asked);
        return _answer();
    }, cancellationToken).AsTask();
}
