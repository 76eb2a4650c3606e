namespace MoviesNow.ClusterTest.Faults;

/// <summary>Something that goes wrong, and is put right again.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="What">The same for people.</param>
/// <param name="IsShort">Whether it is among those of every run.</param>
/// <param name="RunAsync">Does it to a cluster.</param>
internal sealed record Fault(string Name, string What, bool IsShort, Func<Cluster, Task<Recovery>> RunAsync)
{
    /// <summary>How many times as many viewers there are meanwhile as usual.</summary>
    public int Viewers { get; init; } = 1;

    /// <summary>Within what time all calls must succeed again.</summary>
    public static TimeSpan MaxRecovery { get; } = TimeSpan.FromSeconds(30);
}

/// <summary>What follows a fault.</summary>
/// <param name="Since">
/// From when (<see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>) clients' recovery counts: from the kill of what the cluster replaces by itself, else from
/// when the cause was gone.
/// </param>
/// <param name="RepairAsync">Puts right what is still broken, once clients are well without it; null when nothing is.</param>
internal sealed record Recovery(long Since, Func<Task>? RepairAsync = null);
