namespace MoviesNow.ClusterTest.Faults;

/// <summary>Something that goes wrong, and is put right again.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="What">The same for people.</param>
/// <param name="IsShort">Whether it is among those of every run.</param>
/// <param name="RunAsync">
/// Does it to a cluster, and tells when (<see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>) the clients' recovery begins to count: at the kill of what
/// the cluster replaces by itself, else when the cause is gone.
/// </param>
internal sealed record Fault(string Name, string What, bool IsShort, Func<Cluster, Task<long>> RunAsync)
{
    /// <summary>How much load there is meanwhile, as a multiple of what the command line asks for.</summary>
    public double Load { get; init; } = 1;

    /// <summary>Within what time all calls must succeed again.</summary>
    public static TimeSpan MaxRecovery { get; } = TimeSpan.FromSeconds(30);
}
