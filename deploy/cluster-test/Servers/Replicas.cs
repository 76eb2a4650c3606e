using System.Collections.Concurrent;
using MoviesNow.ClusterTest.Network;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>Three replicas of each service, as they are published.</summary>
internal sealed class Replicas(ClusterSettings settings, PatroniCluster postgres, RedisNodes redis, ObjectStorage storage, Balancer balancer) : IAsyncDisposable
{
    public const int Count = 3;

    private readonly ConcurrentDictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Machine> _machines = new(StringComparer.Ordinal);

    /// <summary>All of them, each with its service.</summary>
    public IEnumerable<(Service Service, Node Node)> All =>
        Service.All.SelectMany(service => Enumerable.Range(0, Count).Select(number => (service, _nodes[NameOf(service, number)])));

    public Node this[Service service, int number] => _nodes[NameOf(service, number)];

    /// <summary>Brings a database up to date, as each roll-out begins.</summary>
    public async Task MigrateAsync(Service service, string binaries)
    {
        var folder = Path.Combine(binaries, service.Name);
        await Tool.RunAsync("env", folder, [
            $"ConnectionStrings__{service.Database}={postgres.ConnectionString(service.Database!)}",
            "dotnet", "exec", Path.Combine(folder, $"MoviesNow.{service.Name}.dll"), "migrate"]);
    }

    /// <summary>Starts a replica, in place of the one before, and waits until it is ready.</summary>
    /// <param name="service">The service.</param>
    /// <param name="number">Which of its replicas, from 0.</param>
    /// <param name="binaries">Where the published services are; those of this build unless told.</param>
    /// <param name="clock">What its clock is ahead, such as <c>+30s</c>; right unless told.</param>
    public async Task StartAsync(Service service, int number, string? binaries = null, string? clock = null)
    {
        var name = NameOf(service, number);
        if (!_machines.TryGetValue(name, out var machine))
        {
            machine = _machines[name] = await Machine.CreateAsync(name, service.FirstAddress + number);
        }

        if (_nodes.TryGetValue(name, out var before))
        {
            await before.TerminateAsync();
            await before.DisposeAsync();
        }

        var folder = Path.Combine(binaries ?? settings.Binaries, service.Name);
        var command = Commands.Of("dotnet", "exec", Path.Combine(folder, $"MoviesNow.{service.Name}.dll")).Into(settings.LogOf(name)) with
        {
            WorkingDirectory = folder,
            Environment = EnvironmentOf(service, machine, clock),
        };
        _nodes[name] = await Node.StartAsync(machine, command, Probes.Page($"http://{machine.Address}:{service.Port + 1}/health/ready"));
    }

    /// <summary>Waits until every replica is ready.</summary>
    public Task UntilReadyAsync(TimeSpan limit) => Probes.UntilAsync("Every replica is ready", limit, async () =>
    {
        var states = await Task.WhenAll(All.Select(replica => Probes.StatusAsync(replica.Service.HealthOf(replica.Node))));
        return Array.TrueForAll(states, state => state is 200);
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values)
        {
            await node.DisposeAsync();
        }
    }

    private static string NameOf(Service service, int number) => $"{service.Key}{number + 1}";

    private Dictionary<string, string> EnvironmentOf(Service service, Machine machine, string? clock)
    {
        var environment = new Dictionary<string, string>(storage.ServiceSettings, StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Kestrel__Endpoints__grpc__Url"] = $"http://{machine.Address}:{service.Port}",
            ["Kestrel__Endpoints__grpc__Protocols"] = "Http2",
            ["Kestrel__Endpoints__http__Url"] = $"http://{machine.Address}:{service.Port + 1}",
            ["Kestrel__Endpoints__http__Protocols"] = "Http1",
            ["Logging__LogLevel__Default"] = "Warning",
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            ["Auth__LocalSigningKey"] = Identity.SigningKey,
            ["services__catalog__grpc__0"] = balancer.AddressOf(Service.Catalog),
            ["Proxies__TrustedNetworks__0"] = $"{balancer.Machine.Address}/32",
            // The load has few callers, who call more than a person does.
            ["RateLimits__AdminWritesPerMinute"] = "1000000",
            ["RateLimits__WritesPerMinute"] = "1000000",
            ["RateLimits__ReadsPerMinute"] = "1000000",
            ["Delivery__Quotas__BundlesPerDay"] = "0",
            ["Delivery__Quotas__DownloadsPerDay"] = "0",
            ["Delivery__Playback__Protection"] = "SecureLink",
            ["Delivery__Playback__CdnUrl"] = MediaCdn.Url,
            ["Delivery__Playback__PublicUrl"] = balancer.PagesOf(Service.Delivery),
            ["Delivery__Playback__TicketKeys__0"] = settings.Secret,
            ["Delivery__Playback__SecureLink__SigningKeyId"] = MediaCdn.GrantKeyId,
            [$"Delivery__Playback__SecureLink__Keys__{MediaCdn.GrantKeyId}"] = settings.GrantKey,
            ["Telemetry__SessionTokenKey"] = settings.Secret,
            ["Telemetry__IpSalt"] = settings.Secret,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = TelemetrySink.Address,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "15000",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "2000",
            ["Observability__TracesPerSecond"] = "2",
            // Twelve processes on few cores: small heaps, and no compiling again of what is hot.
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_TieredPGO"] = "0",
        };
        if (service.Database is { } database)
        {
            environment[$"ConnectionStrings__{database}"] = postgres.ConnectionString(database);
        }

        if (clock is not null)
        {
            environment["LD_PRELOAD"] = FakeClock.Library;
            environment["FAKETIME"] = clock;
            environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
            // Otherwise the library takes the ends of waits, which are monotonic, for times of day: every wait of .NET is over at once.
            environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
        }

        return environment;
    }
}
