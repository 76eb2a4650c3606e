using System.Diagnostics;
using MoviesNow.ClusterTest.Network;
using MoviesNow.ClusterTest.Servers;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using MoviesNow.Testing.Hosting.Otlp;

namespace MoviesNow.ClusterTest;

/// <summary>The whole system on this machine, each server on a machine of its own.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private static readonly TimeSpan MaxHealing = TimeSpan.FromSeconds(120);

    private readonly Stack<IAsyncDisposable> _parts = new();

    private Cluster(ClusterSettings settings) => Settings = settings;

    public ClusterSettings Settings { get; }

    public PatroniCluster Postgres { get; private set; } = null!;

    public RedisNodes Redis { get; private set; } = null!;

    public ObjectStorage Storage { get; private set; } = null!;

    public Balancer Balancer { get; private set; } = null!;

    public Replicas Replicas { get; private set; } = null!;

    /// <summary>Starts everything; what was started ends when something does not start.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <param name="binaries">Where the services are that run and make the schema; those of <paramref name="settings"/> unless told.</param>
    public static async Task<Cluster> StartAsync(ClusterSettings settings, string? binaries = null)
    {
        var cluster = new Cluster(settings);
        try
        {
            await cluster.StartPartsAsync(binaries);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until nothing of a fault is left: everybody is ready, and every standby stands by.</summary>
    public async Task UntilWholeAsync()
    {
        await Postgres.UntilSynchronousAsync(MaxHealing);
        await Redis.UntilWholeAsync(MaxHealing);
        await Replicas.UntilReadyAsync(MaxHealing);
    }

    /// <summary>The demo of the command line: two season ZIPs and a film go up, come down and are played through the CDN, and each step checks what it sees.</summary>
    /// <exception cref="InvalidOperationException">A step saw something else; the message is the demo's output.</exception>
    public Task RunDemoAsync() => Tool.RunAsync("env", Settings.Folder, [
        .. Service.All.Select(service => $"services__{service.Key}__grpc__0={Balancer.AddressOf(service)}"),
        $"Auth__LocalSigningKey={Identity.SigningKey}",
        $"MediaUrl={MediaCdn.Url}",
        "dotnet", "exec", Path.Combine(Settings.Binaries, "Cli", "moviesnow.dll"), "demo"]);

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartPartsAsync(string? binaries)
    {
        await Machine.PrepareAsync();
        OtlpReceiver sink = Keep(await TelemetrySink.StartAsync());
        Tell($"telemetry goes to {sink.Address}");
        Balancer = Keep(await Balancer.CreateAsync());
        Postgres = Keep(new PatroniCluster(Settings));
        Redis = Keep(new RedisNodes(Settings));
        Storage = Keep(new ObjectStorage(Settings));
        await Task.WhenAll(
            TimeAsync("PostgreSQL under Patroni, primary and synchronous standby", StartPostgresAsync),
            TimeAsync($"Redis cluster ({Settings.Redis})", Redis.StartAsync),
            TimeAsync($"S3 ({Settings.Storage})", Storage.StartAsync));
        Keep(await MediaCdn.StartAsync(Settings, Storage));
        Replicas = Keep(new Replicas(Settings, Postgres, Redis, Storage, Balancer));
        await TimeAsync("schemas", () => Task.WhenAll(
            Service.All.Where(service => service.Database is not null).Select(service => Replicas.MigrateAsync(service, binaries ?? Settings.Binaries))));
        await Balancer.StartAsync(Settings);
        foreach (var service in Service.All)
        {
            await TimeAsync($"{service.Name}, {Replicas.Count} replicas", () => Task.WhenAll(
                Enumerable.Range(0, Replicas.Count).Select(number => Replicas.StartAsync(service, number, binaries))));
        }
    }

    private async Task StartPostgresAsync()
    {
        var etcd = await Etcd.StartAsync(Settings);
        foreach (var node in etcd)
        {
            lock (_parts)
            {
                _parts.Push(node);
            }
        }

        await Postgres.StartAsync(etcd);
    }

    private static async Task TimeAsync(string what, Func<Task> start)
    {
        var begin = Stopwatch.GetTimestamp();
        await start();
        Tell($"{what}: ready after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s");
    }

    private static void Tell(string what) => Console.WriteLine($"cluster: {what}");

    private T Keep<T>(T part) where T : IAsyncDisposable
    {
        lock (_parts)
        {
            _parts.Push(part);
        }

        return part;
    }
}
