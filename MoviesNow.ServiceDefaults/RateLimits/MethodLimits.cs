using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>A limit of one method. Limits are told apart by reference.</summary>
/// <param name="method">The method's path without the leading slash.</param>
/// <param name="name">What the shared count calls it.</param>
/// <param name="window">How many permits for how long.</param>
internal sealed class RateLimit(string method, string name, SlidingWindow window)
{
    public string Method { get; } = method;

    public string Name { get; } = name;

    public SlidingWindow Window { get; } = window;
}

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

/// <summary>The limits of every method of the contract.</summary>
internal sealed class MethodLimits(IOptions<RateLimitOptions> options)
{
    /// <summary>Methods that keep a database or the bucket busy, and that nobody needs often: calls per minute.</summary>
    internal static readonly FrozenDictionary<string, int> Heavy = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["moviesnow.upload.v1.SweepService/RunSweep"] = 10,
        ["moviesnow.upload.v1.SweepService/ListOrphans"] = 20,
        ["moviesnow.upload.v1.ProxyUploadService/StreamSmallFile"] = 60,
        ["moviesnow.catalog.v1.PlaybackService/ValidateMedia"] = 60,
        ["moviesnow.telemetry.v1.PlaybackSessionService/ReplayRejectedEvents"] = 10,
        ["moviesnow.telemetry.v1.QoeService/GetQoe"] = 60,
        ["moviesnow.telemetry.v1.QoeService/WatchLive"] = 30,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const long MillisecondsPerMinute = 60_000;

    private readonly FrozenDictionary<string, MethodLimit> _byPath = Build(options.Value);

    /// <summary>The longest window of any method, in milliseconds.</summary>
    public long LongestWindowMs { get; } = (long)options.Value.Methods.Values.Select(method => method.Window).OfType<TimeSpan>().Append(options.Value.Window).Max().TotalMilliseconds;

    /// <summary>The limits of a method by its path; null when it is not one of the contract.</summary>
    public MethodLimit? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>The methods that a name in the configuration means: one, or none when it is unknown, or several when it is ambiguous.</summary>
    internal static IEnumerable<string> Named(string name)
    {
        var spelled = name.Contains('/', StringComparison.Ordinal) || name.LastIndexOf('.') is not (> 0 and var dot) ? name : $"{name[..dot]}/{name[(dot + 1)..]}";
        return MethodPolicies.Methods()
            .Where(method => string.Equals(spelled, NameOf(method), StringComparison.OrdinalIgnoreCase)
                || string.Equals(spelled, $"{method.Service.Name}/{method.Name}", StringComparison.OrdinalIgnoreCase))
            .Select(NameOf);
    }

    internal static string NameOf(MethodDescriptor method) => $"{method.Service.FullName}/{method.Name}";

    private static FrozenDictionary<string, MethodLimit> Build(RateLimitOptions options)
    {
        var own = options.Methods.SelectMany(entry => Named(entry.Key).Select(name => (name, entry.Value))).ToDictionary(StringComparer.Ordinal);
        return MethodPolicies.Methods().ToFrozenDictionary(
            MethodPolicies.PathOf,
            method => LimitOf(NameOf(method), MethodPolicies.Find(MethodPolicies.PathOf(method)), own.GetValueOrDefault(NameOf(method)), options),
            StringComparer.Ordinal);
    }

    private static MethodLimit LimitOf(string name, MethodPolicy? policy, MethodRateLimit? own, RateLimitOptions options)
    {
        var perMinute = own?.PermitsPerMinute ?? (Heavy.TryGetValue(name, out var heavy) ? heavy : DefaultOf(policy, options));
        var length = own?.Window ?? options.Window;
        return new MethodLimit(
            LimitOf(perMinute),
            LimitOf((long)perMinute * options.PeoplePerApiKey),
            LimitOf((long)perMinute * options.PeoplePerAddress),
            LimitOf(own?.ServicePermitsPerMinute ?? options.ServicePermitsPerMinute, ":service"));

        RateLimit? LimitOf(long permits, string scope = "") => permits == 0 ? null : new(name, name + scope, WindowOf(permits, length));
    }

    internal static int DefaultOf(MethodPolicy? policy, RateLimitOptions options) => policy switch
    {
        { Mutation: true, Access: Access.Public or Access.Viewer } => options.WritesPerMinute,
        { Mutation: true } => options.AdminWritesPerMinute,
        _ => options.ReadsPerMinute,
    };

    // A limit of which a short window leaves less than one permit is one permit.
    private static SlidingWindow WindowOf(long perMinute, TimeSpan length)
    {
        var lengthMs = (long)length.TotalMilliseconds;
        return new(Math.Clamp(perMinute * lengthMs / MillisecondsPerMinute, 1, SlidingWindow.MaxPermits), lengthMs);
    }
}
