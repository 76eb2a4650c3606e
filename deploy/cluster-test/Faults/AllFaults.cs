using System.Diagnostics;
using MoviesNow.ClusterTest.Network;
using MoviesNow.ClusterTest.Servers;

namespace MoviesNow.ClusterTest.Faults;

/// <summary>Every fault that the cluster is put through, in this order.</summary>
internal static class AllFaults
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(15);

    public static IReadOnlyList<Fault> List { get; } =
    [
        new("none", "nothing", IsShort: false, NothingAsync),
        new("demo", "nothing, and the demo beside it", IsShort: false, DemoAsync),
        new("capacity", "nothing, with all the load that the machine takes", IsShort: false, NothingAsync) { Viewers = 40 },
        new("rolling", "each replica restarted in turn (SIGTERM)", IsShort: true, RollingRestartAsync),
        new("rolling-fast", "the same with ten times as many viewers", IsShort: false, RollingRestartAsync) { Viewers = 10 },
        new("kill", "`kill -9` of each replica in turn", IsShort: true, KillEachAsync),
        new("switchover", "Patroni switchover", IsShort: true, async cluster =>
        {
            await cluster.Postgres.SwitchOverAsync();
            return new Recovery(Now);
        }),
        new("primary", "`kill -9` of the primary's machine", IsShort: true, KillPrimaryAsync),
        new("redis", "`kill -9` of a Redis master", IsShort: true, KillRedisMasterAsync),
        new("s3", "`kill -9` of the S3 gateway, back after 15 s", IsShort: false, LoseStorageAsync),
        new("partition", "no answer from the database to any Catalog replica for 15 s", IsShort: false, PartitionAsync),
        new("slow-standby", "the standby's cable carries 256 kbit/s for 15 s", IsShort: false, SlowStandbyAsync),
        new("full-disk", "the primary's disk is full for 15 s", IsShort: false, FillDiskAsync),
        new("frozen", "a replica of each service frozen for 60 s (SIGSTOP)", IsShort: false, FreezeAsync),
        new("clocks", "clocks of two replicas of each service 30 s apart", IsShort: false, SetClocksAsync),
    ];

    private static long Now => Stopwatch.GetTimestamp();

    private static async Task<Recovery> NothingAsync(Cluster cluster)
    {
        await Task.Delay(Calm);
        return new Recovery(Now);
    }

    private static async Task<Recovery> DemoAsync(Cluster cluster)
    {
        await cluster.RunDemoAsync();
        return new Recovery(Now);
    }

    private static Task<Recovery> RollingRestartAsync(Cluster cluster) => EachInTurnAsync(cluster, replica => replica.TerminateAsync());

    private static Task<Recovery> KillEachAsync(Cluster cluster) => EachInTurnAsync(cluster, replica => replica.KillAsync());

    // The services at the same time, as a deployment does it: one replica of each is away.
    private static async Task<Recovery> EachInTurnAsync(Cluster cluster, Func<Node, Task> stopAsync)
    {
        await Task.WhenAll(Service.All.Select(async service =>
        {
            for (var number = 0; number < Replicas.Count; number++)
            {
                var replica = cluster.Replicas[service, number];
                await stopAsync(replica);
                await replica.StartAgainAsync();
                await UntilInServiceAsync(service, replica);
            }
        }));
        return new Recovery(Now);
    }

    private static async Task<Recovery> KillPrimaryAsync(Cluster cluster)
    {
        var primary = await cluster.Postgres.PrimaryAsync();
        await primary.Machine.KillEverythingAsync();
        var begin = Now;
        await Probes.UntilAsync("The standby is the primary", TimeSpan.FromSeconds(60), async () => await cluster.Postgres.FindPrimaryAsync() is { } now && now != primary);
        await Probes.UntilAsync("The killed primary's process is gone", TimeSpan.FromSeconds(10), () => Task.FromResult(!primary.IsRunning));
        return new Recovery(begin, primary.StartAgainAsync);
    }

    private static async Task<Recovery> KillRedisMasterAsync(Cluster cluster)
    {
        var master = await cluster.Redis.MasterAsync();
        await master.KillAsync();
        var begin = Now;
        await cluster.Redis.FailOverAsync(master);
        return new Recovery(begin, () => cluster.Redis.ReturnAsync(master));
    }

    private static async Task<Recovery> LoseStorageAsync(Cluster cluster)
    {
        await cluster.Storage.KillAsync();
        await Task.Delay(Outage);
        await cluster.Storage.StartAgainAsync();
        return new Recovery(Now);
    }

    private static async Task<Recovery> PartitionAsync(Cluster cluster)
    {
        var replicas = cluster.Replicas.All.Where(replica => replica.Service == Service.Catalog).Select(replica => replica.Node.Machine).ToList();
        var pairs = cluster.Postgres.Machines.SelectMany(database => replicas.Select(replica => (database, replica))).ToList();
        foreach (var (database, replica) in pairs)
        {
            await database.IgnoreAsync(replica);
        }

        await Task.Delay(Outage);
        foreach (var (database, replica) in pairs)
        {
            await database.HeedAsync(replica);
        }

        return new Recovery(Now);
    }

    private static async Task<Recovery> SlowStandbyAsync(Cluster cluster)
    {
        var standby = await cluster.Postgres.StandbyAsync();
        await standby.Machine.SlowDownAsync(kilobits: 256);
        await Task.Delay(Outage);
        await standby.Machine.SpeedUpAsync();
        return new Recovery(Now);
    }

    private static async Task<Recovery> FillDiskAsync(Cluster cluster)
    {
        var primary = await cluster.Postgres.PrimaryAsync();
        await cluster.Postgres.FillDiskAsync(primary);
        var begin = Now;
        await Task.Delay(Outage);
        var isReplaced = await cluster.Postgres.FindPrimaryAsync() is { } now && now != primary;
        Console.WriteLine($"  the standby {(isReplaced ? "took over" : "did not take over")} while the disk was full");
        if (isReplaced)
        {
            return new Recovery(begin, () =>
            {
                cluster.Postgres.EmptyDisk(primary);
                return Task.CompletedTask;
            });
        }

        cluster.Postgres.EmptyDisk(primary);
        return new Recovery(Now);
    }

    private static async Task<Recovery> FreezeAsync(Cluster cluster)
    {
        var frozen = cluster.Replicas.All.Where(replica => replica.Node == cluster.Replicas[replica.Service, 0]).Select(replica => replica.Node).ToList();
        await Task.WhenAll(frozen.Select(replica => replica.FreezeAsync()));
        await Task.Delay(TimeSpan.FromSeconds(60));
        await Task.WhenAll(frozen.Select(replica => replica.WakeAsync()));
        return new Recovery(Now);
    }

    private static async Task<Recovery> SetClocksAsync(Cluster cluster)
    {
        await StartTwoOfEachAsync("+15s", "-15s");
        foreach (var service in Service.All)
        {
            var ahead = await Probes.ClockAsync(service.HealthOf(cluster.Replicas[service, 0]));
            var behind = await Probes.ClockAsync(service.HealthOf(cluster.Replicas[service, 1]));
            if (ahead - behind < TimeSpan.FromSeconds(25))
            {
                throw new InvalidOperationException($"The clocks of {service.Name} are not apart: {ahead:T} and {behind:T}.");
            }
        }

        await Task.Delay(Calm);
        await StartTwoOfEachAsync(null, null);
        return new Recovery(Now);

        Task StartTwoOfEachAsync(params string?[] clocks) => Task.WhenAll(Service.All.Select(async service =>
        {
            for (var number = 0; number < clocks.Length; number++)
            {
                await cluster.Replicas.StartAsync(service, number, clock: clocks[number]);
                await UntilInServiceAsync(service, cluster.Replicas[service, number]);
            }
        }));
    }

    // HAProxy asks once a second; only then does the next one go.
    internal static async Task UntilInServiceAsync(Service service, Node replica)
    {
        await Probes.UntilAsync($"{replica.Name} is ready", TimeSpan.FromSeconds(60), async () => await Probes.StatusAsync(service.HealthOf(replica)) is 200);
        await Task.Delay(TimeSpan.FromSeconds(1.5));
    }
}
