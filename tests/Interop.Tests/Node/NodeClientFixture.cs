using System.Reflection;
using System.Text.Json;
using MoviesNow.Catalog.Titles;
using MoviesNow.Interop.Tests.Harness;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Interop.Tests.Node;

/// <summary>Catalog, and a client with @grpc/grpc-js that calls it. Needs Node.js 20 or later with npm.</summary>
public sealed class NodeClientFixture : IAsyncLifetime
{
    private static readonly string CommonProtos = typeof(NodeClientFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => string.Equals(attribute.Key, "CommonProtos", StringComparison.Ordinal)).Value!;

    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private ServiceFactory<TitleGrpcService>? _catalog;
    private NodeFolder? _client;

    public string Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _client = await NodeFolder.InstallAsync("tests/Interop.Tests/client");
        await _postgres.InitializeAsync();
        await _garnet.InitializeAsync();
        Database = await _postgres.CreateDatabaseAsync();
        _catalog = await CatalogHost.CreateAsync(Database, _garnet.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        if (_catalog is not null)
        {
            await _catalog.DisposeAsync();
        }
    }

    /// <summary>Calls a method of TitleService and tells what the client saw.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="request">The request, with the names of the .proto file.</param>
    /// <param name="headers">The call's metadata.</param>
    /// <param name="timeout">Milliseconds until the client's deadline; null for none.</param>
    public async Task<JsonElement> CallAsync(string method, object request, Dictionary<string, string>? headers = null, int? timeout = null)
    {
        var call = JsonSerializer.Serialize(new
        {
            address = _catalog!.Address.Authority,
            includeDirs = new[] { Path.GetFullPath("../../../protos", _client!.Path), CommonProtos },
            file = "moviesnow/catalog/v1/title_service.proto",
            service = "moviesnow.catalog.v1.TitleService",
            method,
            request,
            headers = headers ?? [],
            timeout,
        });
        return JsonDocument.Parse(await _client.RunAsync("node", "client.mjs", call)).RootElement;
    }
}
