using System.Diagnostics;

namespace MoviesNow.ServiceDefaults.Tests.Audit;

/// <summary>For what nobody waits for and nothing signals.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < Patience, "It did not come about.");
            await Task.Delay(20);
        }
    }
}
