using MoviesNow.ClusterTest;
using MoviesNow.ClusterTest.Faults;
using MoviesNow.ClusterTest.Load;
using MoviesNow.ClusterTest.Servers;

// Started by deploy/cluster-test/run, which gives it namespaces of its own: nothing that it makes outlives it.
var options = Options.Read(args);
var oldBinaries = options.OldBinaries is { Length: > 0 } old ? old : null;
var faults = oldBinaries is not null
    ? [Upgrade.From(oldBinaries)]
    : AllFaults.List.Where(fault => options.Only is [] ? options.All || fault.IsShort : options.Only.Contains(fault.Name, StringComparer.Ordinal)).ToList();
if (faults.Count == 0)
{
    await Console.Error.WriteLineAsync($"There is no such fault; there are {string.Join(", ", AllFaults.List.Select(fault => fault.Name))}.");
    return 2;
}

var settings = new ClusterSettings(Environment.CurrentDirectory, options.Folder, options.Binaries, options.Storage, options.Redis, options.Database);
await using var cluster = await Cluster.StartAsync(settings, oldBinaries);
if (options.Keep)
{
    await KeepAsync(cluster);
    return 0;
}

using var mix = await Mix.PrepareAsync(cluster, options.Rate);
var trial = new Trial(cluster, mix);
var outcomes = new List<Outcome>();
foreach (var fault in faults)
{
    Console.WriteLine($"fault: {fault.What}");
    var outcome = await trial.RunAsync(fault);
    outcomes.Add(outcome);
    foreach (var violation in outcome.Violations)
    {
        Console.WriteLine($"  NOT WELL: {violation}");
    }
}

Console.WriteLine();
Console.WriteLine(Report.Table(outcomes));
return outcomes.TrueForAll(outcome => outcome.Violations is []) ? 0 : 1;

static async Task KeepAsync(Cluster cluster)
{
    foreach (var service in Service.All)
    {
        Console.WriteLine($"{service.Name}: {cluster.Balancer.AddressOf(service)}");
    }

    Console.WriteLine($"CDN: {MediaCdn.Url}");
    Console.WriteLine($"S3: {cluster.Storage.Address}");
    Console.WriteLine($"PostgreSQL: {cluster.Postgres.ConnectionString("catalogdb")}");
    Console.WriteLine($"Redis: {cluster.Redis.ConnectionString}");
    Console.WriteLine("These addresses are inside: nsenter --target $(pgrep -nf MoviesNow.ClusterTest.dll) --net --mount --pid bash");
    Console.WriteLine("Ctrl+C stops everything.");
    var interrupted = new TaskCompletionSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        interrupted.TrySetResult();
    };
    await interrupted.Task;
}
