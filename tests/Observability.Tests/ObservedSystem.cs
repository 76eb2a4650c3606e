extern alias catalog;
extern alias delivery;
extern alias telemetry;
extern alias upload;

using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.LocalS3;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using MoviesNow.Testing.Hosting.Otlp;
using Npgsql;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MoviesNow.Observability.Tests;

/// <summary>All four services with real servers behind them, and a receiver of what they export. Names and secrets are planted.</summary>
public sealed class ObservedSystem : IAsyncLifetime
{
    /// <summary>Part of whatever must not be exported.</summary>
    public const string Mark = "planted";

    /// <summary>Whom the calls of raw clients come from, by a proxy's word.</summary>
    public const string ClientAddress = "203.0.113.77";

    public const string ApiKey = "planted-api-key-planted-api-key-01";

    private const string Secret = "cGxhbnRlZC1zZWNyZXQtcGxhbnRlZC1zZWNyZXQtMDE=";

    private readonly List<IDisposable> _services = [];
    private readonly List<IServiceProvider> _providers = [];
    private readonly List<string> _secrets = [Mark, ClientAddress, Secret, Identity.SigningKey];
    private PostgresFixture _postgres = null!;
    private TestGarnet _garnet = null!;
    private LocalS3Host _s3 = null!;

    public OtlpReceiver Receiver { get; private set; } = null!;

    /// <summary>What must not be exported.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>Addresses by service, for gRPC and for browsers and probes.</summary>
    public Dictionary<string, (Uri Grpc, Uri Http)> Addresses { get; } = new(StringComparer.Ordinal);

    /// <summary>The service that has a method.</summary>
    public Uri AddressOf(string path) => Addresses[path.Split('.')[1]].Grpc;

    public async Task InitializeAsync()
    {
        _postgres = new PostgresFixture();
        await _postgres.InitializeAsync();
        _garnet = await TestGarnet.StartNewAsync();
        _secrets.Add(StackExchange.Redis.ConfigurationOptions.Parse(_garnet.ConnectionString).Password!);
        _s3 = await LocalS3Host.StartAsync(options =>
        {
            options.Fsync = false;
            options.AccessKey = "PLANTEDACCESSKEY";
            options.SecretKey = "planted-secret-key";
            options.Buckets.Add("planted-bucket");
        });
        Receiver = await OtlpReceiver.StartAsync();
        await StartAsync<catalog::Program>("catalog");
        await StartAsync<upload::Program>("upload");
        await StartAsync<delivery::Program>("delivery");
        await StartAsync<telemetry::Program>("telemetry");
    }

    public async Task DisposeAsync()
    {
        _services.ForEach(service => service.Dispose());
        await Receiver.DisposeAsync();
        await _s3.DisposeAsync();
        await _garnet.DisposeAsync();
    }

    /// <summary>Has the services export all that they hold.</summary>
    public void Flush()
    {
        foreach (var services in _providers)
        {
            services.GetRequiredService<TracerProvider>().ForceFlush();
            services.GetRequiredService<MeterProvider>().ForceFlush();
            services.GetRequiredService<LoggerProvider>().ForceFlush();
        }
    }

    /// <summary>What a process of the command line needs to know of the system.</summary>
    public IEnumerable<(string Name, string Value)> Environment() =>
    [
        .. Addresses.Select(address => ($"services__{address.Key}__grpc__0", address.Value.Grpc.ToString())),
        ("Auth__LocalSigningKey", Identity.SigningKey),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Receiver.Address),
        // As Aspire sets it.
        ("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "true"),
    ];

    /// <summary>None of these words is in what was exported of a signal.</summary>
    public void AssertNotExported(string signal, params string[] words)
    {
        foreach (var (_, message) in Receiver.Messages.Where(message => message.Signal == signal))
        {
            // A byte is a character: nothing is lost.
            var text = Encoding.Latin1.GetString(message);
            foreach (var word in words)
            {
                var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
                Assert.True(at < 0, $"{word} in {signal}: {(at < 0 ? "" : text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 300)])}");
            }
        }
    }

    private async Task StartAsync<TProgram>(string name) where TProgram : class
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
            ["Storage:Backend"] = "LocalS3",
            ["Storage:ServiceUrl"] = _s3.Url,
            ["Storage:Bucket"] = "planted-bucket",
            ["Storage:Region"] = _s3.Region,
            ["Storage:AccessKeyId"] = _s3.AccessKey,
            ["Storage:SecretAccessKey"] = _s3.SecretKey,
            ["Telemetry:SessionTokenKey"] = Secret,
            ["Telemetry:IpSalt"] = Secret,
            ["Proxies:TrustedNetworks:0"] = "127.0.0.0/8",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Receiver.Address,
            ["OTEL_SERVICE_NAME"] = name,
            // As Aspire sets them.
            ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true",
            ["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        };
        foreach (var (setting, value) in PlantedPlayback.Settings)
        {
            settings[setting] = value;
        }

        if (MigrationScript.ReadFrom(typeof(TProgram).Assembly) is { Count: > 0 } scripts)
        {
            var database = await _postgres.CreateDatabaseAsync();
            _secrets.Add(new NpgsqlConnectionStringBuilder(database).Password!);
            await using var source = new NpgsqlDataSourceBuilder(database) { Name = "test" }.Build();
            await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(scripts, CancellationToken.None);
            settings[$"ConnectionStrings:{name}db"] = database;
        }

        foreach (var (service, addresses) in Addresses)
        {
            settings[$"services:{service}:grpc:0"] = addresses.Grpc.ToString();
        }

        var factory = new ServiceFactory<TProgram>(settings);
        _services.Add(factory);
        Addresses[name] = (factory.Address, factory.WebAddress);
        _providers.Add(factory.Services);
    }
}

[CollectionDefinition("Observed")]
public sealed class ObservedTests : ICollectionFixture<ObservedSystem>;
