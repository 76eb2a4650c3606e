using System.ComponentModel.DataAnnotations;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// How often a caller may call each method; configuration section <c>RateLimits</c>. A limit is per method and caller (subject, else API
/// key, else address) and holds for all replicas together. Limits are for one person; an API key or an address may stand for many.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "RateLimits";

    internal const string Rule = "{0} must be {1} to {2}.";
    internal const int MaxPerMinute = 1_000_000;
    internal const int MaxServicePerMinute = 100_000_000;
    internal const int MaxPeople = 100_000;

    /// <summary>False for no limits at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Secret, 16 to 256 characters, with which callers are hashed before they go to Redis; the same for all replicas. Without
    /// it one is derived from <c>Auth:LocalSigningKey</c>, or else from <c>Auth:Authority</c> and <c>Auth:Audience</c>. Those two are no
    /// secrets: whoever reads Redis can then find out which addresses called in the last minutes.
    /// </summary>
    [RegularExpression("(?s).{16,256}", ErrorMessage = "{0} must have 16 to 256 characters.")]
    public string Salt { get; set; } = "";

    /// <summary>Calls per minute of each method that only admins and services may call and that changes state.</summary>
    [Range(1, MaxPerMinute, ErrorMessage = Rule)]
    public int AdminWritesPerMinute { get; set; } = 60;

    /// <summary>Calls per minute of each other method that changes state.</summary>
    [Range(1, MaxPerMinute, ErrorMessage = Rule)]
    public int WritesPerMinute { get; set; } = 300;

    /// <summary>Calls per minute of each method that does not change state.</summary>
    [Range(1, MaxPerMinute, ErrorMessage = Rule)]
    public int ReadsPerMinute { get; set; } = 1_200;

    /// <summary>
    /// Calls per minute of each method by each service. 0, the default, is no limit: a service works for many people, and one that
    /// throttles another turns load into an outage.
    /// </summary>
    [Range(0, MaxServicePerMinute, ErrorMessage = Rule)]
    public int ServicePermitsPerMinute { get; set; }

    /// <summary>Multiplies the limits for callers with an API key, which is an application's.</summary>
    [Range(1, MaxPeople, ErrorMessage = Rule)]
    public int PeoplePerApiKey { get; set; } = 1_000;

    /// <summary>Multiplies the limits for an address, behind which a company or a mobile network may be.</summary>
    [Range(1, MaxPeople, ErrorMessage = Rule)]
    public int PeoplePerAddress { get; set; } = 10;

    /// <summary>
    /// How long an idle caller saves permits: with 60 per minute and a window of 10 seconds, 10 calls may come at once, and one permit
    /// comes back each second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ParseLimitsInInvariantCulture = true, ErrorMessage = Rule)]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a call waits for Redis before this replica decides alone.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:02", ParseLimitsInInvariantCulture = true, ErrorMessage = Rule)]
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long this replica decides alone before it asks a Redis that failed again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ParseLimitsInInvariantCulture = true, ErrorMessage = Rule)]
    public TimeSpan RedisRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Limits of single methods, by name: <c>TitleService/GetTitle</c>, <c>moviesnow.catalog.v1.TitleService/GetTitle</c>, or with a
    /// dot for the slash, as names of environment variables need it. <see cref="LimitedEndpoints"/> are named here, too.
    /// </summary>
    public IDictionary<string, MethodRateLimit> Methods { get; } = new Dictionary<string, MethodRateLimit>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What differs from the defaults for one method.</summary>
public sealed class MethodRateLimit
{
    /// <summary>Calls per minute of one person.</summary>
    [Range(1, RateLimitOptions.MaxPerMinute, ErrorMessage = RateLimitOptions.Rule)]
    public int? PermitsPerMinute { get; set; }

    /// <summary>Calls per minute of a service; 0 for no limit.</summary>
    [Range(0, RateLimitOptions.MaxServicePerMinute, ErrorMessage = RateLimitOptions.Rule)]
    public int? ServicePermitsPerMinute { get; set; }

    /// <summary>As <see cref="RateLimitOptions.Window"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ParseLimitsInInvariantCulture = true, ErrorMessage = RateLimitOptions.Rule)]
    public TimeSpan? Window { get; set; }
}
