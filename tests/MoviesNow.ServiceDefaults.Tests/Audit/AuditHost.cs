using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Audit;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Upload.V1;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Tests.Audit;

/// <summary>A service with a trail in a database of its own, whose methods do what a test says.</summary>
internal sealed class AuditHost : IAsyncDisposable
{
    private readonly TestHost _host;

    private AuditHost(TestHost host, NpgsqlDataSource database, AuditScript script) => (_host, Database, Script) = (host, database, script);

    public AuditScript Script { get; }

    public NpgsqlDataSource Database { get; }

    public TestHost Host => _host;

    public TitleService.TitleServiceClient Titles(Who? who) => new(_host.As(who));

    public static async Task<AuditHost> StartAsync(string connectionString, Action<WebApplicationBuilder>? configure = null, params (string Key, string? Value)[] settings)
    {
        var database = NpgsqlDataSource.Create(connectionString);
        await MigrateAsync(database);
        var script = new AuditScript();
        var host = await TestHost.StartAsync(
            app =>
            {
                app.MapGrpcService<ScriptedTitles>();
                app.MapGrpcService<ScriptedAssets>();
                app.MapGrpcService<ScriptedProxy>();
                app.MapAuditTrail();
            },
            builder =>
            {
                builder.Services.AddSingleton(script);
                builder.AddPostgres("db");
                builder.AddAuditTrail();
                configure?.Invoke(builder);
            },
            [("ConnectionStrings:db", connectionString), .. settings]);
        return new(host, database, script);
    }

    /// <summary>Makes the table.</summary>
    public static Task MigrateAsync(NpgsqlDataSource database) =>
        new MigrationRunner(database, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(typeof(AuditHost).Assembly), CancellationToken.None);

    /// <summary>Method, target and outcome of every row, in the order of their writing.</summary>
    public Task<string[]> RowsAsync() => TextsAsync("SELECT method || ' ' || target || ' ' || outcome FROM audit_entries ORDER BY id");

    public async Task<string[]> TextsAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        return [.. texts];
    }

    /// <summary>Ends when the calls under way have ended.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Database.DisposeAsync();
    }

    private sealed class ScriptedTitles(AuditScript script) : TitleService.TitleServiceBase
    {
        public override Task<GetTitleResponse> GetTitle(GetTitleRequest request, ServerCallContext context) => Task.FromResult(new GetTitleResponse());

        public override Task<CreateTitleResponse> CreateTitle(CreateTitleRequest request, ServerCallContext context) =>
            Task.FromResult(new CreateTitleResponse { Title = new Title { Id = script.CreatedId } });

        public override Task<PublishTitleResponse> PublishTitle(PublishTitleRequest request, ServerCallContext context) => script.Publish(context);
    }

    private sealed class ScriptedAssets(AuditScript script) : AssetService.AssetServiceBase
    {
        public override Task<RecordAssetResponse> RecordAsset(RecordAssetRequest request, ServerCallContext context) =>
            Task.FromResult(new RecordAssetResponse { Asset = new MediaAsset { Id = script.CreatedId } });
    }

    private sealed class ScriptedProxy(AuditScript script) : ProxyUploadService.ProxyUploadServiceBase
    {
        public override async Task<StreamSmallFileResponse> StreamSmallFile(IAsyncStreamReader<StreamSmallFileRequest> requestStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                script.Streamed.TrySetResult();
            }

            return new StreamSmallFileResponse { Upload = new Upload.V1.Upload { Id = script.CreatedId } };
        }
    }
}

/// <summary>What the methods do next.</summary>
internal sealed class AuditScript
{
    public string CreatedId { get; } = Guid.CreateVersion7().ToString();

    /// <summary>Completes when a message of a client's stream has arrived.</summary>
    public TaskCompletionSource Streamed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<ServerCallContext, Task<PublishTitleResponse>> Publish { get; set; } = _ => Task.FromResult(new PublishTitleResponse());
}
