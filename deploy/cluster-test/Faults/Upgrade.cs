using System.Diagnostics;
using MoviesNow.ClusterTest.Servers;

namespace MoviesNow.ClusterTest.Faults;

/// <summary>
/// A roll-out, as docs/upgrades.md has it, and its way back: the schema of the new version comes first, while only the old one runs; then both run
/// beside each other; then the new one alone; then the old one takes its place again.
/// </summary>
internal static class Upgrade
{
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(10);

    /// <summary>The roll-out from an earlier version, whose schema and replicas the cluster has.</summary>
    /// <param name="oldBinaries">Where that version is.</param>
    public static Fault From(string oldBinaries) => new("upgrade", "old version, new schema, both versions, new version, and back", IsShort: false, async cluster =>
    {
        foreach (var service in Service.All.Where(service => service.Database is not null))
        {
            await cluster.Replicas.MigrateAsync(service, cluster.Settings.Binaries);
        }

        Console.WriteLine("  the old version runs on the new schema");
        await Task.Delay(Together);
        // Each first replica, then each second…: every pair of versions meets, also between services.
        await RollAsync(cluster, cluster.Settings.Binaries);
        Console.WriteLine("  the new version runs alone");
        await Task.Delay(Together);
        await RollAsync(cluster, oldBinaries);
        return new Recovery(Stopwatch.GetTimestamp());
    });

    private static async Task RollAsync(Cluster cluster, string binaries)
    {
        for (var number = 0; number < Replicas.Count; number++)
        {
            foreach (var service in Service.All)
            {
                await cluster.Replicas.StartAsync(service, number, binaries);
                await AllFaults.UntilInServiceAsync(service, cluster.Replicas[service, number]);
            }
        }
    }
}
