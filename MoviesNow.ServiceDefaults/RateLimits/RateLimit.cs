using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>A limit of one method. Limits are compared by reference.</summary>
/// <param name="method">The method's path without the leading slash.</param>
/// <param name="name">Name in Redis: the method, and <c>:service</c> for callers that are services.</param>
/// <param name="permits">Calls per window.</param>
/// <param name="window">How long it takes until all permits are back.</param>
internal sealed class RateLimit(string method, string name, long permits, TimeSpan window)
{
    public string Method => method;

    public string Name => name;

    public long Permits => permits;

    public double WindowMs { get; } = window.TotalMilliseconds;

    /// <summary>How long it takes until one permit is back.</summary>
    public double PermitMs { get; } = window.TotalMilliseconds / permits;

    /// <summary>The most permits that a replica takes at once. Up to a limit of 120 it is one, so that replicas share the limit exactly.</summary>
    public long Batch { get; } = permits <= 120 ? 1 : Math.Min(permits / 40, 500);
}

/// <summary>A caller of a method, which has a bucket of permits of its own.</summary>
internal readonly record struct LimitedCaller(RateLimit Limit, CallerId Caller);
