using System.Collections.Concurrent;

namespace MoviesNow.Upload.Multipart;

/// <summary>
/// Questions that many callers ask at the same time. Those that wait share one, and none gets the answer to a question that was asked
/// before it came: a caller sees whatever was done before its call.
/// </summary>
/// <param name="ask">Asks; nobody can cancel it, for it serves many.</param>
internal sealed class SharedQuestions<TKey, TAnswer>(Func<TKey, Task<TAnswer>> ask) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Line> _lines = new();

    /// <summary>The answer to a question that begins after this call.</summary>
    public Task<TAnswer> AskAsync(TKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = _lines.GetOrAdd(key, static _ => new Line());
            lock (line)
            {
                if (!line.IsOver)
                {
                    return (line.Next ??= AskAfterAsync(line, line.Running, key)).WaitAsync(cancellationToken);
                }
            }
        }
    }

    private async Task<TAnswer> AskAfterAsync(Line line, Task? before, TKey key)
    {
        // Off the caller's thread at once: it holds the lock.
        await Task.Yield();
        if (before is not null)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (line)
        {
            (line.Running, line.Next) = (line.Next, null);
        }

        try
        {
            return await ask(key);
        }
        finally
        {
            lock (line)
            {
                if (line.Next is null)
                {
                    line.IsOver = true;
                    _lines.TryRemove(new(key, line));
                }
            }
        }
    }

    /// <summary>The question that is being asked, and the one that is asked after it.</summary>
    private sealed class Line
    {
        public Task<TAnswer>? Running { get; set; }

        public Task<TAnswer>? Next { get; set; }

        public bool IsOver { get; set; }
    }
}
