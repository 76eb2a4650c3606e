using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using SessionClient = MoviesNow.Telemetry.V1.PlaybackSessionService.PlaybackSessionServiceClient;

namespace Telemetry.Tests.Hosting;

/// <summary>Replicas of the service on one database.</summary>
public sealed class TelemetryHost : IAsyncDisposable
{
    public const string SessionTokenKey = "dGVsZW1ldHJ5LXRlc3RzLXNlc3Npb24tdG9rZW4tMDE=";
    public const string IpSalt = "dGVsZW1ldHJ5LXNhbHQtMDE=";

    private readonly List<ServiceFactory<TelemetryOptions>> _replicas = [];
    private readonly Dictionary<string, string?> _settings;

    private TelemetryHost(string connectionString, Dictionary<string, string?> settings)
    {
        ConnectionString = connectionString;
        _settings = new(settings, StringComparer.Ordinal)
        {
            ["ConnectionStrings:telemetrydb"] = settings.GetValueOrDefault("ConnectionStrings:telemetrydb", connectionString),
            ["Kestrel:Endpoints:grpc:Url"] = "http://127.0.0.1:0",
            ["Kestrel:Endpoints:http:Url"] = "http://127.0.0.1:0",
            ["Kestrel:Endpoints:http:Protocols"] = "Http2",
        };
        Database = NpgsqlDataSource.Create(connectionString);
        AddReplica();
    }

    public string ConnectionString { get; }

    /// <summary>The settings of a replica.</summary>
    public IReadOnlyDictionary<string, string?> Settings => _settings;

    public NpgsqlDataSource Database { get; }

    public IServiceProvider Services => _replicas[0].Services;

    /// <summary>The service on an empty database.</summary>
    public static async Task<TelemetryHost> StartAsync(string connectionString, params (string Key, string Value)[] settings)
    {
        await using (var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false"))
        {
            var scripts = MigrationScript.ReadFrom(typeof(TelemetryOptions).Assembly);
            await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(scripts, CancellationToken.None);
        }

        var garnet = new GarnetFixture();
        await garnet.InitializeAsync();
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:redis"] = garnet.ConnectionString,
            ["Telemetry:SessionTokenKey"] = SessionTokenKey,
            ["Telemetry:IpSalt"] = IpSalt,
            ["Proxies:TrustedNetworks:0"] = "127.0.0.0/8",
            ["Proxies:CountryHeaders:0"] = "CF-IPCountry",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new TelemetryHost(connectionString, all);
    }

    /// <summary>Adds a replica and gives its number.</summary>
    /// <param name="redis">Its Redis, if that is another.</param>
    public int AddReplica(string? redis = null)
    {
        var settings = redis is null ? _settings : new(_settings, StringComparer.Ordinal) { ["ConnectionStrings:redis"] = redis };
        _replicas.Add(new ServiceFactory<TelemetryOptions>(settings));
        return _replicas.Count - 1;
    }

    public Grpc.Core.CallInvoker Invoker(Identity? identity, int replica = 0, params (string Name, string Value)[] headers) =>
        _replicas[replica].As(identity, headers);

    /// <summary>Address of a replica for callers with HTTP/2.</summary>
    public Uri Address(int replica = 0) => _replicas[replica].Address;

    /// <summary>Address of a replica for browsers.</summary>
    public Uri WebAddress(int replica = 0) => _replicas[replica].WebAddress;

    /// <summary>Has the first replica shut down in order.</summary>
    public Task StopAsync() => Get<IHost>().StopAsync();

    public SessionClient As(Identity? identity, int replica = 0) => new(Invoker(identity, replica));

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A session of the viewer.</summary>
    public async Task<StartSessionResponse> StartSessionAsync(Action<StartSessionRequest>? change = null)
    {
        var request = new StartSessionRequest { Content = new PlaybackContent { TitleId = Guid.CreateVersion7().ToString() } };
        change?.Invoke(request);
        return await As(Identity.Viewer).StartSessionAsync(request);
    }

    public async Task<PlaybackSession> GetSessionAsync(string id) =>
        (await As(Identity.Service).GetSessionAsync(new GetSessionRequest { SessionId = id })).Session;

    /// <summary>All events of a session, over as many pages as it takes.</summary>
    public async Task<List<PlaybackEvent>> ListEventsAsync(string id)
    {
        var client = As(Identity.Service);
        var request = new ListEventsRequest { SessionId = id, PageSize = 1_000 };
        var all = new List<PlaybackEvent>();
        do
        {
            var page = await client.ListEventsAsync(request);
            all.AddRange(page.Events);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await Database.DisposeAsync();
    }
}

/// <summary>A host with two replicas that the tests of a class share; each uses sessions of its own.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    public TelemetryHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var postgres = new PostgresFixture();
        await postgres.InitializeAsync();
        Host = await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync());
        Host.AddReplica();
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
