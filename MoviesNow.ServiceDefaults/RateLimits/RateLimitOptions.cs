namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// How often a caller may call each method; configuration section <c>RateLimits</c>. Limits are per method and caller (subject,
/// else API key, else address) and hold for all replicas together. Those per minute are for one person; an API key or an address
/// may stand for many.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "RateLimits";

    /// <summary>False for no limits at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Secret, 16 to 256 characters, with which callers are hashed before they go to Redis; the same for all replicas. Without
    /// it one is derived from <c>Auth:LocalSigningKey</c>, or else from <c>Auth:Authority</c> and <c>Auth:Audience</c>, which are no
    /// secrets: then whoever reads Redis can find out, for some minutes, which addresses called.
    /// </summary>
    public string Salt { get; set; } = "";

    /// <summary>Calls per minute of each method that only admins and services may call and that changes state. 1 to 1,000,000.</summary>
    public int AdminWritesPerMinute { get; set; } = 60;

    /// <summary>Calls per minute of each other method that changes state. 1 to 1,000,000.</summary>
    public int WritesPerMinute { get; set; } = 300;

    /// <summary>Calls per minute of each method that does not change state. 1 to 1,000,000.</summary>
    public int ReadsPerMinute { get; set; } = 1_200;

    /// <summary>
    /// Calls per minute of each method by each service; 0, the default, for no limit: services work for many, and one that
    /// throttles another turns load into an outage. 0 to 100,000,000.
    /// </summary>
    public int ServicePermitsPerMinute { get; set; }

    /// <summary>By what the limits are multiplied for callers with an API key, which is an application's. 1 to 100,000.</summary>
    public int PeoplePerApiKey { get; set; } = 1_000;

    /// <summary>By what the limits are multiplied for an address, behind which a company or a mobile network may be. 1 to 100,000.</summary>
    public int PeoplePerAddress { get; set; } = 10;

    /// <summary>The time for which permits are counted, 1 second to 1 hour: a limit of 60 per minute and a window of 10 seconds are 10 permits.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a call waits for Redis, 10 milliseconds to 2 seconds, before this replica decides alone.</summary>
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long this replica decides alone before it asks a Redis that failed again, 100 milliseconds to 1 minute.</summary>
    public TimeSpan RedisRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Limits of single methods, by name: <c>TitleService/GetTitle</c>, <c>moviesnow.catalog.v1.TitleService/GetTitle</c>, or with a
    /// dot for the slash, as names of environment variables need it.
    /// </summary>
    public IDictionary<string, MethodRateLimit> Methods { get; } = new Dictionary<string, MethodRateLimit>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What differs from the defaults for one method.</summary>
public sealed class MethodRateLimit
{
    /// <summary>Calls per minute of one person. 1 to 1,000,000.</summary>
    public int? PermitsPerMinute { get; set; }

    /// <summary>Calls per minute of a service. 0 for no limit, to 100,000,000.</summary>
    public int? ServicePermitsPerMinute { get; set; }

    /// <summary>The time for which permits are counted, 1 second to 1 hour.</summary>
    public TimeSpan? Window { get; set; }
}
