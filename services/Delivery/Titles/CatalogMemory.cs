using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Caching.Memory;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Delivery.Titles;

/// <summary>
/// Answers of the catalogue. Memory only ever lets something pass, and for <see cref="CatalogMemory.Freshness"/> at most: that long after a withdrawal links may still be
/// given. Nothing is refused from memory, so what was published or made available counts at once on every replica; rate limits bound how often
/// callers can make it ask. While the catalogue does not answer, what let something pass up to <see cref="CatalogMemory.Tolerance"/> ago still does.
/// Callers that come while a question is under way share its answer. What is asked for often is asked about anew before it is too old
/// (<see cref="CatalogMemory.RefreshAge"/>), so that its callers need not wait.
/// </summary>
/// <param name="time">The clock by which answers age.</param>
/// <param name="isRefusal">Tells answers that let nobody pass, which are not remembered at all; null when there are none.</param>
/// <param name="askMany">Asks for several answers at once, null for those that the catalogue has not: so those in use are asked anew. Null when they are asked one by one.</param>
internal sealed class CatalogMemory<TKey, TAnswer>(
    TimeProvider time, Predicate<TAnswer>? isRefusal = null, Func<IReadOnlyList<TKey>, Task<IReadOnlyList<TAnswer?>>>? askMany = null)
    : IDisposable where TKey : notnull where TAnswer : class
{
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = CatalogMemory.Capacity });
    private readonly ConcurrentDictionary<TKey, Question> _questions = new();
    private readonly Lock _gathering = new();
    private List<TKey>? _due;

    /// <summary>The catalogue's answer; null when it has none.</summary>
    /// <param name="key">What is asked.</param>
    /// <param name="passes">Whether an answer lets this caller pass.</param>
    /// <param name="ask">Asks the catalogue; its call must end by itself, for several callers may wait for it.</param>
    /// <param name="cancellationToken">Ends this caller's waiting.</param>
    /// <exception cref="RpcException">UNAVAILABLE: the catalogue does not answer, and nothing that is remembered helps.</exception>
    public ValueTask<TAnswer?> GetAsync(TKey key, Predicate<TAnswer> passes, Func<TKey, Task<TAnswer?>> ask, CancellationToken cancellationToken)
    {
        var asked = time.GetUtcNow();
        var known = _known.Get<Answer>(key);
        if (known is not null && !passes(known.Value))
        {
            known = null;
        }

        if (known is null || asked - known.AskedAt >= CatalogMemory.Freshness)
        {
            return new(AskAsync(key, passes, ask, asked, known, cancellationToken));
        }

        if (asked >= known.RefreshAt)
        {
            Refresh(key, known, ask);
        }

        return new(known.Value);
    }

    public void Dispose() => _known.Dispose();

    /// <summary>Asks while nobody waits; when that fails, the next caller who needs the answer asks again.</summary>
    private void Refresh(TKey key, Answer known, Func<TKey, Task<TAnswer?>> ask)
    {
        if (askMany is null)
        {
            _ = IgnoringFailure(_questions.GetOrAdd(key, NewQuestion, ask).Answer.Value);
        }
        else if (known.TryClaimRefresh())
        {
            lock (_gathering)
            {
                if (_due is { Count: < CatalogMemory.MaxRefreshed })
                {
                    _due.Add(key);
                    return;
                }

                _due = [key];
                _ = IgnoringFailure(RefreshAsync(_due));
            }
        }

        static async Task IgnoringFailure(Task question) => await question.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Asks for what becomes due within a short while, in one question.</summary>
    private async Task RefreshAsync(List<TKey> due)
    {
        await Task.Delay(CatalogMemory.Gathering, time);
        lock (_gathering)
        {
            // Full, it has a successor already.
            _due = ReferenceEquals(_due, due) ? null : _due;
        }

        var askedAt = time.GetUtcNow();
        var answers = await askMany!(due);
        foreach (var (key, answer) in due.Zip(answers))
        {
            Remember(key, answer, askedAt);
        }
    }

    private async Task<TAnswer?> AskAsync(
        TKey key, Predicate<TAnswer> passes, Func<TKey, Task<TAnswer?>> ask, DateTimeOffset asked, Answer? older, CancellationToken cancellationToken)
    {
        try
        {
            return await ShareAsync(key, passes, ask, asked, older is null ? Timeout.InfiniteTimeSpan : CatalogMemory.Patience, cancellationToken);
        }
        catch (Exception exception) when (IsOutage(exception, cancellationToken) && older is not null && time.GetUtcNow() - older.AskedAt <= CatalogMemory.Tolerance)
        {
            return older.Value;
        }
        catch (TimeoutException)
        {
            // The older answer became too old meanwhile.
            throw RpcErrors.Of(ErrorReason.DependencyUnavailable, CatalogMemory.Freshness);
        }
    }

    private async Task<TAnswer?> ShareAsync(
        TKey key, Predicate<TAnswer> passes, Func<TKey, Task<TAnswer?>> ask, DateTimeOffset asked, TimeSpan patience, CancellationToken cancellationToken)
    {
        var question = _questions.GetOrAdd(key, NewQuestion, ask);
        var answer = await question.Answer.Value.WaitAsync(patience, cancellationToken);
        if (question.AskedAt >= asked || (answer is not null && passes(answer)))
        {
            return answer;
        }

        // The question is older than this call, and something may have been published in between.
        Forget(key, question);
        return await _questions.GetOrAdd(key, NewQuestion, ask).Answer.Value.WaitAsync(patience, cancellationToken);
    }

    private Question NewQuestion(TKey key, Func<TKey, Task<TAnswer?>> ask)
    {
        Question question = null!;
        question = new Question(time.GetUtcNow(), new Lazy<Task<TAnswer?>>(() => AnswerAsync(key, ask, question)));
        return question;
    }

    private async Task<TAnswer?> AnswerAsync(TKey key, Func<TKey, Task<TAnswer?>> ask, Question question)
    {
        try
        {
            var answer = await ask(key);
            Remember(key, answer, question.AskedAt);
            return answer;
        }
        finally
        {
            Forget(key, question);
        }
    }

    /// <summary>Its age counts from the question: a slow answer is old when it comes.</summary>
    private void Remember(TKey key, TAnswer? answer, DateTimeOffset askedAt)
    {
        if (answer is null || isRefusal?.Invoke(answer) == true)
        {
            _known.Remove(key);
            return;
        }

        var refresh = askedAt + (CatalogMemory.RefreshAge * (1 + (CatalogMemory.RefreshSpread * Random.Shared.NextDouble())));
        _known.Set(key, new Answer(answer, askedAt, refresh), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = CatalogMemory.Tolerance });
    }

    private void Forget(TKey key, Question question) => _questions.TryRemove(KeyValuePair.Create(key, question));

    private static bool IsOutage(Exception exception, CancellationToken caller) => exception switch
    {
        TimeoutException => true,
        RpcException raised => raised.StatusCode is StatusCode.Unavailable,
        OperationCanceledException => !caller.IsCancellationRequested,
        _ => false,
    };

    private sealed class Answer(TAnswer value, DateTimeOffset askedAt, DateTimeOffset refreshAt)
    {
        private int _isBeingRefreshed;

        public TAnswer Value => value;

        public DateTimeOffset AskedAt => askedAt;

        public DateTimeOffset RefreshAt => refreshAt;

        /// <summary>True for the first who asks: this answer need not be asked for anew twice.</summary>
        public bool TryClaimRefresh() => Interlocked.Exchange(ref _isBeingRefreshed, 1) == 0;
    }

    private sealed class Question(DateTimeOffset askedAt, Lazy<Task<TAnswer?>> answer)
    {
        public DateTimeOffset AskedAt => askedAt;

        public Lazy<Task<TAnswer?>> Answer => answer;
    }
}

/// <summary>For how long the catalogue's answers count.</summary>
internal static class CatalogMemory
{
    /// <summary>How old an answer may be that something passes by.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>How old an answer that is in use becomes at least before the catalogue is asked anew.</summary>
    public static readonly TimeSpan RefreshAge = Freshness / 2;

    /// <summary>By how much of that age, at random, it is later: answers that came together shall not be asked for together for ever.</summary>
    public const double RefreshSpread = 0.6;

    /// <summary>For how long answers that are due are gathered, to be asked for in one question.</summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    /// <summary>How many answers one question asks for at most; the catalogue takes no more.</summary>
    public const int MaxRefreshed = 100;

    /// <summary>How old it may be while the catalogue does not answer.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>How long a caller that an older answer would let pass waits for a new one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>How many answers are remembered at most.</summary>
    public const int Capacity = 10_000;
}
