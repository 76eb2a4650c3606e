using System.Diagnostics;
using Grpc.Core;

namespace MoviesNow.Testing.Hosting;

/// <summary>For what comes about by itself and signals nothing.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="patience">How long it may take; a minute when absent.</param>
    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(begin) > (patience ?? Patience))
            {
                throw new TimeoutException("It did not come about.");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>Repeats a call while its answer is UNAVAILABLE, as a client does after an outage.</summary>
    public static async Task<T> SucceedsAsync<T>(Func<Task<T>> call)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable && Stopwatch.GetElapsedTime(begin) < Patience)
            {
                await Task.Delay(Pause);
            }
        }
    }
}
