using System.Collections.Concurrent;
using Grpc.Core;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.Titles;
using MoviesNow.Testing.Hosting;

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
        // At random, but 0.8 seconds at the latest.
        _clock.Now += TimeSpan.FromMilliseconds(301);
        Assert.Equal(("yes", "yes", 2), (await GetAsync(), await GetAsync(), _asked));

        answer.SetResult("yes");
        _clock.Now += TimeSpan.FromMilliseconds(499);
        Assert.Equal(("yes", 2), (await GetAsync(), _asked));
    }

    [Fact]
    public async Task GetAsync_ManyInUse_AreAskedForAnewTogetherAndOnce()
    {
        var questions = new BlockingCollection<IReadOnlyList<string>>();
        using var memory = new CatalogMemory<string, string>(_clock, askMany: keys =>
        {
            questions.Add(keys);
            return Task.FromResult<IReadOnlyList<string?>>([.. keys.Select(key => key is "key 5" ? null : "anew")]);
        });
        var keys = Enumerable.Range(0, 120).Select(i => $"key {i}").ToArray();
        await AskAsync();
        _asked = 0;

        _clock.Now += TimeSpan.FromMilliseconds(800);
        await AskAsync();
        await AskAsync();
        var (first, second) = (questions.Take(), questions.Take());
        await Eventually.HoldsAsync(async () => (await GetAsync(keys[119])) is "anew");

        Assert.Equal(CatalogMemory.MaxRefreshed, Math.Max(first.Count, second.Count));
        Assert.Equal(keys.Order(), first.Concat(second).Order());
        Assert.Equal(("anew", 0), (await GetAsync(keys[0]), _asked));
        // What the catalogue has no more is asked for at once.
        Assert.Equal(("yes", 1), (await GetAsync(keys[5]), _asked));
        Assert.Empty(questions);

        async Task AskAsync() => await Task.WhenAll(keys.Select(key => GetAsync(key)));
        Task<string?> GetAsync(string key) => memory.GetAsync(key, value => value is not "no", AskOneAsync, CancellationToken.None).AsTask();
        Task<string?> AskOneAsync(string key)
        {
            _asked++;
            return _answer();
        }
    }

    [Fact]
    public async Task GetAsync_AskedAnewTogetherInVain_PassesUntilTheAnswerIsTooOld()
    {
        using var memory = new CatalogMemory<string, string>(_clock, askMany: _ => throw new RpcException(new Status(StatusCode.Unimplemented, "")));
        Task<string?> GetAsync() => memory.GetAsync("key", value => value is not "no", _ => _answer(), CancellationToken.None).AsTask();
        await GetAsync();
        _answer = () => Task.FromResult<string?>("anew");

        _clock.Now += TimeSpan.FromMilliseconds(999);
        Assert.Equal("yes", await GetAsync());
        _clock.Now += TimeSpan.FromMilliseconds(1);
        Assert.Equal("anew", await GetAsync());
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
