using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>A method's limits for each kind of caller; null for none.</summary>
internal sealed record MethodLimit(RateLimit? Person, RateLimit? ApiKey, RateLimit? Address, RateLimit? Service)
{
    public RateLimit? For(CallerKind kind, bool isService) => kind switch
    {
        CallerKind.Subject => isService ? Service : Person,
        CallerKind.ApiKey => ApiKey,
        _ => Address,
    };
}

/// <summary>The limits of every method of the contract, and of <see cref="LimitedEndpoints"/>.</summary>
internal sealed class MethodLimits(IOptions<RateLimitOptions> options)
{
    /// <summary>Calls per minute of methods that keep a database or the bucket busy and that nobody needs often.</summary>
    internal static readonly FrozenDictionary<string, int> Heavy = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["moviesnow.upload.v1.SweepService/RunSweep"] = 10,
        ["moviesnow.upload.v1.SweepService/ListOrphans"] = 20,
        ["moviesnow.upload.v1.ProxyUploadService/StreamSmallFile"] = 60,
        ["moviesnow.catalog.v1.PlaybackService/ValidateMedia"] = 60,
        ["moviesnow.catalog.v1.ImportService/ImportCatalog"] = 60,
        ["moviesnow.catalog.v1.ExportService/ExportCatalog"] = 10,
        ["moviesnow.telemetry.v1.PlaybackSessionService/ReplayRejectedEvents"] = 10,
        ["moviesnow.telemetry.v1.QoeService/GetQoe"] = 60,
        ["moviesnow.telemetry.v1.QoeService/WatchLive"] = 30,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, MethodLimit> _byPath = Build(options.Value);

    /// <summary>The limits of a method by its path, or of an endpoint by its name; null when there is no such.</summary>
    public MethodLimit? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>The methods that a name in the configuration may mean.</summary>
    internal static IEnumerable<string> Named(string name)
    {
        var dotted = name.Replace('/', '.');
        return MethodPolicies.Methods()
            .Where(method => dotted.Equals(method.FullName, StringComparison.OrdinalIgnoreCase)
                || dotted.Equals($"{method.Service.Name}.{method.Name}", StringComparison.OrdinalIgnoreCase))
            .Select(NameOf)
            .Concat(LimitedEndpoints.All.Where(endpoint => dotted.Equals(endpoint.Replace('/', '.'), StringComparison.OrdinalIgnoreCase)));
    }

    internal static string NameOf(MethodDescriptor method) => $"{method.Service.FullName}/{method.Name}";

    private static FrozenDictionary<string, MethodLimit> Build(RateLimitOptions options)
    {
        var own = options.Methods.SelectMany(entry => Named(entry.Key).Select(name => (name, entry.Value))).ToDictionary(StringComparer.Ordinal);
        return MethodPolicies.Methods()
            .Select(method => (Path: MethodPolicies.PathOf(method), Name: NameOf(method)))
            .Concat(LimitedEndpoints.All.Select(endpoint => (Path: endpoint, Name: endpoint)))
            .ToFrozenDictionary(
                method => method.Path,
                method => LimitOf(method.Name, MethodPolicies.Find(method.Path), own.GetValueOrDefault(method.Name), options),
                StringComparer.Ordinal);
    }

    private static MethodLimit LimitOf(string name, MethodPolicy? policy, MethodRateLimit? own, RateLimitOptions options)
    {
        var perMinute = own?.PermitsPerMinute ?? (Heavy.TryGetValue(name, out var heavy) ? heavy : DefaultOf(policy, options));
        var window = own?.Window ?? options.Window;
        return new MethodLimit(
            LimitOf(perMinute),
            LimitOf((long)perMinute * options.PeoplePerApiKey),
            LimitOf((long)perMinute * options.PeoplePerAddress),
            LimitOf(own?.ServicePermitsPerMinute ?? options.ServicePermitsPerMinute, ":service"));

        // A short window has at least one permit.
        RateLimit? LimitOf(long permits, string scope = "") =>
            permits == 0 ? null : new(name, name + scope, Math.Max(1, (long)(permits * (decimal)window.Ticks / TimeSpan.TicksPerMinute)), window);
    }

    private static int DefaultOf(MethodPolicy? policy, RateLimitOptions options) => policy switch
    {
        { Mutation: true, Access: Access.Public or Access.Viewer } => options.WritesPerMinute,
        { Mutation: true } => options.AdminWritesPerMinute,
        _ => options.ReadsPerMinute,
    };
}
