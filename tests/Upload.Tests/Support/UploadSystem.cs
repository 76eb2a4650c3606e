extern alias catalog;

using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.V1;
using MoviesNow.LocalS3;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using Npgsql;
using CatalogProgram = catalog::Program;

namespace UploadTests.Support;

/// <summary>The upload service as three replicas on one database, with the real catalogue, S3 endpoint, PostgreSQL and Garnet.</summary>
internal sealed class UploadSystem : IAsyncDisposable
{
    public const string Bucket = "media";
    public const long PartSize = 5L << 20;
    public const int Replicas = 3;

    private const string AnyPort = "http://127.0.0.1:0";

    private static readonly Dictionary<string, string?> NoRedis = new(StringComparer.Ordinal) { ["ConnectionStrings:redis"] = "127.0.0.1:1,connectTimeout=100" };

    private readonly List<ServiceFactory<UploadOptions>> _replicas = [];
    private readonly HttpClient _http = new();
    private ServiceFactory<CatalogProgram>? _catalog;
    private NpgsqlDataSource _database = null!;
    private NpgsqlDataSource _catalogDatabase = null!;

    private Dictionary<string, string?> _settings = [];
    private int[]? _withoutRedis;
    private int[]? _three;

    public LocalS3Host S3 { get; private set; } = null!;

    public LossyS3 Lossy { get; private set; } = null!;

    public TcpGate CatalogGate { get; private set; } = null!;

    public TcpGate DatabaseGate { get; private set; } = null!;

    public TcpGate RedisGate { get; private set; } = null!;

    /// <summary>What every replica is told.</summary>
    public IReadOnlyDictionary<string, string?> Settings => _settings;

    /// <summary>Storage as its owner sees it.</summary>
    public IObjectStore Objects => _replicas[0].Services.GetRequiredService<IObjectStore>();

    public static async Task<UploadSystem> StartAsync(Func<Task<string>> newDatabase, string redis)
    {
        var system = new UploadSystem();
        system.S3 = await LocalS3Host.StartAsync(options =>
        {
            options.Fsync = false;
            options.Buckets = [Bucket];
        });
        system.Lossy = await LossyS3.StartAsync(system.S3.Url);
        await system.StartCatalogAsync(await newDatabase(), redis);
        await system.StartReplicasAsync(await newDatabase(), redis);
        return system;
    }

    /// <summary>Two replicas more, whose Redis does not answer: they know nothing of earlier calls but what the database says.</summary>
    public int[] WithoutRedis => _withoutRedis ??= [AddReplica(NoRedis), AddReplica(NoRedis)];

    /// <summary>Three replicas of the same settings.</summary>
    public int[] Three => _three ??= [0, 1, AddReplica(new Dictionary<string, string?>(StringComparer.Ordinal))];

    /// <summary>One more replica, with other settings and perhaps another clock; its number.</summary>
    public int AddReplica(IReadOnlyDictionary<string, string?> settings, TimeProvider? clock = null)
    {
        var all = new Dictionary<string, string?>(_settings, StringComparer.Ordinal);
        foreach (var (name, value) in settings)
            all[name] = value;
        _replicas.Add(new ServiceFactory<UploadOptions>(all, services =>
        {
            services.AddSingleton(clock ?? TimeProvider.System);
            if (clock is not null)
                services.AddSingleton<IServiceTokenProvider, RightTokens>();
        }));
        return _replicas.Count - 1;
    }

    /// <summary>A part of a replica.</summary>
    public T Service<T>(int replica = 0) where T : notnull => _replicas[replica].Services.GetRequiredService<T>();

    /// <summary>Where a replica listens: HTTP/2 for back ends, HTTP/1.1 for browsers.</summary>
    public (Uri Http2, Uri Http1) AddressOf(int replica) => (_replicas[replica].Address, _replicas[replica].WebAddress);

    /// <summary>Each pooled connection that an outage broke fails one call more: spares the tests that follow.</summary>
    public void ForgetConnections() => _replicas.ForEach(replica => replica.Services.GetRequiredService<NpgsqlDataSource>().Clear());

    public CallInvoker As(Identity? identity, int replica = 0) => _replicas[replica].As(identity);

    public UploadService.UploadServiceClient Uploads(int replica = 0) => new(As(Identity.Admin, replica));

    public MultipartUploadService.MultipartUploadServiceClient Multipart(int replica = 0) => new(As(Identity.Admin, replica));

    public ProxyUploadService.ProxyUploadServiceClient Proxy(int replica = 0) => new(As(Identity.Admin, replica));

    public BundleUploadService.BundleUploadServiceClient Bundles(int replica = 0) => new(As(Identity.Admin, replica));

    public CallInvoker Catalog(Identity identity) => _catalog!.As(identity);

    /// <summary>The catalogue as everybody may call it.</summary>
    public CallInvoker PublicCatalog => _catalog!.As(null);

    public BundleService.BundleServiceClient CatalogBundles => new(Catalog(Identity.Service));

    public async Task<BundleState> BundleStateAsync(string bundleId) =>
        (await CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = bundleId })).Bundle.State;

    /// <summary>Changes the row of a session, as a crash or the passing of time would.</summary>
    public async Task SetAsync(string id, string assignments, string table = "upload")
    {
        await using var command = _database.CreateCommand($"UPDATE {table} SET {assignments} WHERE id = $1");
        command.Parameters.Add(new() { Value = Guid.Parse(id) });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    /// <summary>How many rows a title has, also those that callers do not see.</summary>
    public async Task<long> CountSessionsAsync(string titleId)
    {
        await using var command = _database.CreateCommand("SELECT count(*) FROM upload WHERE title_id = $1");
        command.Parameters.Add(new() { Value = Guid.Parse(titleId) });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Lets a bundle be published and past its expiry.</summary>
    public async Task ExpireBundleAsync(string bundleId, string state = "Published")
    {
        await using var command = _catalogDatabase.CreateCommand($"""
            UPDATE bundle SET state = '{state}', created_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE id = $1
            """);
        command.Parameters.Add(new() { Value = Guid.Parse(bundleId) });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    /// <summary>Lets the lease of the sweep that is under way be over, as a long pause of its holder does.</summary>
    public async Task ExpireLeaseAsync()
    {
        await using var command = _database.CreateCommand("UPDATE sweep_lease SET expires_at = clock_timestamp() - interval '1 second'");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until some statement waits for the lock of another.</summary>
    public async Task WaitForLockAsync()
    {
        await using var command = _database.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        while ((long)(await command.ExecuteScalarAsync())! == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10));
    }

    /// <summary>A series with one season of this number.</summary>
    public async Task<string> SeriesAsync(int season = 1)
    {
        var title = await new TitleService.TitleServiceClient(Catalog(Identity.Admin)).CreateTitleAsync(
            new CreateTitleRequest { Kind = TitleKind.Series, Name = "A series" });
        await new SeasonService.SeasonServiceClient(Catalog(Identity.Admin)).CreateSeasonAsync(
            new CreateSeasonRequest { TitleId = title.Title.Id, Number = season, Name = "A season" });
        return title.Title.Id;
    }

    /// <summary>An episode, with its series and season.</summary>
    public async Task<(string TitleId, string SeasonId, string EpisodeId)> EpisodeAsync()
    {
        var titleId = await SeriesAsync();
        var seasons = new SeasonService.SeasonServiceClient(Catalog(Identity.Admin));
        var season = (await seasons.ListSeasonsAsync(new ListSeasonsRequest { TitleId = titleId })).Seasons[0];
        var episode = await seasons.CreateEpisodeAsync(new CreateEpisodeRequest { SeasonId = season.Id, Number = 1, Name = "An episode" });
        return (titleId, season.Id, episode.Episode.Id);
    }

    public async Task<string> MovieAsync()
    {
        var title = await new TitleService.TitleServiceClient(Catalog(Identity.Admin)).CreateTitleAsync(
            new CreateTitleRequest { Kind = TitleKind.Movie, Name = "A film" });
        return title.Title.Id;
    }

    /// <summary>Sends exactly what was signed, and perhaps headers that were not.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        MoviesNow.Upload.V1.PresignedRequest request, ReadOnlyMemory<byte> body, params IEnumerable<(string Name, string Value)> added)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url) { Content = new ReadOnlyMemoryContent(body) };
        foreach (var (name, value) in request.Headers.Select(header => (header.Key, header.Value)).Concat(added))
        {
            if (name is not "content-length" && !message.Headers.TryAddWithoutValidation(name, value))
                message.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(message);
    }

    /// <summary>Puts an object there behind the service's back, as an operator does.</summary>
    public Task PlantAsync(string key, byte[] content) => PlantAsync(key, content, new ObjectHeaders());

    /// <summary>Puts an object there as the URLs of an upload do, where storage checks nothing.</summary>
    public Task PlantAsync(MoviesNow.Upload.V1.Upload upload, byte[] content) => PlantAsync(upload.StorageKey, content, new ObjectHeaders
    {
        ContentType = upload.ContentType,
        CacheControl = ContentTypes.CacheControl(upload.ContentType),
        Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [UploadMark.Name] = upload.Id },
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        if (_catalog is not null)
            await _catalog.DisposeAsync();
        await _database.DisposeAsync();
        await _catalogDatabase.DisposeAsync();
        await CatalogGate.DisposeAsync();
        await DatabaseGate.DisposeAsync();
        await RedisGate.DisposeAsync();
        await Lossy.DisposeAsync();
        await S3.DisposeAsync();
        _http.Dispose();
    }

    private async Task PlantAsync(string key, byte[] content, ObjectHeaders headers) => Assert.Equal(
        PutStatus.Stored,
        (await Objects.PutAsync(StorageKey.Parse(key), new MemoryStream(content), content.Length, sha256: null, headers, default)).Status);

    private async Task StartCatalogAsync(string database, string redis)
    {
        _catalogDatabase = NpgsqlDataSource.Create(database);
        await MigrateAsync(typeof(CatalogProgram).Assembly, database);
        _catalog = new ServiceFactory<CatalogProgram>(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb"] = database,
            ["ConnectionStrings:redis"] = redis,
            ["Kestrel:Endpoints:grpc:Url"] = AnyPort,
            ["Kestrel:Endpoints:http:Url"] = AnyPort,
        });
        var port = _catalog.Address.Port;
        CatalogGate = new TcpGate(port);
    }

    private async Task StartReplicasAsync(string database, string redis)
    {
        await MigrateAsync(typeof(UploadOptions).Assembly, database);
        _database = NpgsqlDataSource.Create(database);
        var direct = new NpgsqlConnectionStringBuilder(database);
        DatabaseGate = new TcpGate(direct.Port);
        var redisPort = redis.Split(':', ',')[1];
        RedisGate = new TcpGate(int.Parse(redisPort));
        _settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:uploaddb"] = new NpgsqlConnectionStringBuilder(database) { Port = DatabaseGate.Port }.ConnectionString,
            ["ConnectionStrings:redis"] = redis.Replace($":{redisPort}", $":{RedisGate.Port}", StringComparison.Ordinal),
            ["Kestrel:Endpoints:grpc:Url"] = AnyPort,
            ["Kestrel:Endpoints:http:Url"] = AnyPort,
            ["services:catalog:grpc:0"] = $"http://127.0.0.1:{CatalogGate.Port}",
            ["Upload:PartSizeBytes"] = $"{PartSize}",
            // Tests of the sweeper sweep when they want to.
            ["Upload:Sweep:Enabled"] = "false",
            ["Storage:Backend"] = "LocalS3",
            ["Storage:ServiceUrl"] = Lossy.Url,
            ["Storage:PublicUrl"] = S3.Url,
            ["Storage:Bucket"] = Bucket,
            ["Storage:Region"] = S3.Region,
            ["Storage:AccessKeyId"] = S3.AccessKey,
            ["Storage:SecretAccessKey"] = S3.SecretKey,
        };
        for (var i = 0; i < Replicas; i++)
            AddReplica(new Dictionary<string, string?>(StringComparer.Ordinal));
    }

    private static async Task MigrateAsync(System.Reflection.Assembly assembly, string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(assembly), CancellationToken.None);
    }

    /// <summary>Tokens of the right time, also on a replica whose clock is wrong: the catalogue's is right.</summary>
    private sealed class RightTokens : IServiceTokenProvider
    {
        public ValueTask<string> GetTokenAsync(CancellationToken cancellationToken) => new(Identity.Service.Token());
    }
}
