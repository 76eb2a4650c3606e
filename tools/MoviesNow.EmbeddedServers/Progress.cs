using System.Diagnostics;

namespace MoviesNow.EmbeddedServers;

/// <summary>Keeps waits from being silent.</summary>
internal static class Progress
{
    /// <summary>Waits for a task and says at every interval that it still runs, and for how long.</summary>
    public static async Task WhileAsync(string what, Task task, Action<string>? progress, TimeSpan interval)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(interval);
        while (await Task.WhenAny(task, timer.WaitForNextTickAsync().AsTask()) != task)
            progress?.Invoke($"{what}: still running ({Stopwatch.GetElapsedTime(started).TotalSeconds:0} s)");
        await task;
    }
}
