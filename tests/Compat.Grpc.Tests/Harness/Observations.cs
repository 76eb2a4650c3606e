using System.Collections.Concurrent;

namespace GrpcTests.Harness;

/// <summary>What the server saw happen to a call, for a test to wait for.</summary>
public sealed class Observations
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _seen = new(StringComparer.Ordinal);

    public void Record(string what) => Of(what).TrySetResult();

    public Task Seen(string what) => Of(what).Task.WaitAsync(Patience);

    private TaskCompletionSource Of(string what) =>
        _seen.GetOrAdd(what, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
