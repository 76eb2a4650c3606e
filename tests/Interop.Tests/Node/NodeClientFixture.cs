using System.ComponentModel;
using System.Diagnostics;
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
    private static readonly string Project = Metadata("ProjectDirectory");
    private static readonly string Folder = Path.Combine(Project, "client");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private ServiceFactory<TitleGrpcService>? _catalog;

    public string Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // npm leaves a copy of the lock file behind when it is done.
        var installed = new FileInfo(Path.Combine(Folder, "node_modules/.package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            await RunAsync("npm", "ci", "--no-progress", "--ignore-scripts");
        }

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
            includeDirs = new[] { Path.GetFullPath(Path.Combine(Project, "../../protos")), Metadata("CommonProtos") },
            file = "moviesnow/catalog/v1/title_service.proto",
            service = "moviesnow.catalog.v1.TitleService",
            method,
            request,
            headers = headers ?? [],
            timeout,
        });
        return JsonDocument.Parse(await RunAsync("node", "client.mjs", call)).RootElement;
    }

    private static string Metadata(string key) => typeof(NodeClientFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => string.Equals(attribute.Key, key, StringComparison.Ordinal)).Value!;

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode is 0
                ? await output
                : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException($"'{start.FileName}' does not start: install Node.js 20 or later with npm.", failure);
        }
    }
}
