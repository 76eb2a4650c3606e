using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Harness;

/// <summary>One process of the service, as far as callers can tell.</summary>
/// <param name="connectionString">Its database.</param>
/// <param name="redis">Its Redis.</param>
/// <param name="clock">What its clock shows; null for the machine's.</param>
/// <param name="settings">More configuration; null for none.</param>
public sealed class Replica(
    string connectionString, string redis, TimeProvider? clock = null, IReadOnlyDictionary<string, string?>? settings = null) : IAsyncDisposable
{
    private readonly ServiceFactory<TitleGrpcService> _factory = new(
        new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb"] = connectionString,
            ["ConnectionStrings:redis"] = redis,
        },
        services => services.AddSingleton(clock ?? TimeProvider.System));

    private readonly Dictionary<Identity, Clients> _clients = [];
    private Clients? _public;

    public Clients Admin => As(Identity.Admin);

    public Clients Service => As(Identity.Service);

    public Clients Public => _public ??= new(_factory.As(null));

    public Uri Address => _factory.Address;

    /// <summary>The public as a trusted proxy sends it; the settings say whether it is one.</summary>
    public Clients PublicFrom(string country) => new(_factory.As(identity: null, ("cf-ipcountry", country)));

    public Clients As(Identity identity)
    {
        lock (_clients)
        {
            return _clients.TryGetValue(identity, out var clients) ? clients : _clients[identity] = new(_factory.As(identity));
        }
    }

    public ValueTask DisposeAsync() => _factory.DisposeAsync();
}

/// <summary>The service as one caller.</summary>
public sealed class Clients(CallInvoker invoker)
{
    public CallInvoker Invoker => invoker;

    public TitleService.TitleServiceClient Titles { get; } = new(invoker);

    public SeasonService.SeasonServiceClient Seasons { get; } = new(invoker);

    public BundleService.BundleServiceClient Bundles { get; } = new(invoker);

    public AssetService.AssetServiceClient Assets { get; } = new(invoker);

    public StreamVariantService.StreamVariantServiceClient Variants { get; } = new(invoker);

    public PackageService.PackageServiceClient Packages { get; } = new(invoker);

    public ImportService.ImportServiceClient Imports { get; } = new(invoker);

    public ExportService.ExportServiceClient Exports { get; } = new(invoker);
}
