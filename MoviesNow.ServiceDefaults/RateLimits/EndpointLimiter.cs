using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>A limit of an endpoint that is no RPC.</summary>
/// <param name="name">Its name in Redis and metrics.</param>
/// <param name="perMinute">Calls per minute of one caller.</param>
public sealed class EndpointLimit(string name, int perMinute)
{
    internal RateLimit Limit { get; } = new(name, name, perMinute, TimeSpan.FromMinutes(1));
}

/// <summary>Limits the callers of endpoints that are no RPCs, as those of methods are limited: for all replicas together.</summary>
public sealed class EndpointLimiter
{
    private readonly PartitionedRateLimiter<LimitedCaller> _limiter;
    private readonly RateLimitMetrics _metrics;
    private readonly bool _isEnabled;

    internal EndpointLimiter(PartitionedRateLimiter<LimitedCaller> limiter, RateLimitMetrics metrics, IOptions<RateLimitOptions> options) =>
        (_limiter, _metrics, _isEnabled) = (limiter, metrics, options.Value.Enabled);

    /// <summary>Counts a call.</summary>
    /// <param name="limit">The endpoint's limit; the same instance for each call.</param>
    /// <param name="caller">What tells its callers apart. It is hashed before it leaves the process.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when the call may go on; else the time after which to come again.</returns>
    public async ValueTask<TimeSpan?> AdmitAsync(EndpointLimit limit, string caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limit);
        if (!_isEnabled)
        {
            return null;
        }

        using var lease = await _limiter.AcquireAsync(new LimitedCaller(limit.Limit, new CallerId(CallerKind.Subject, caller)), 1, cancellationToken);
        if (lease.IsAcquired)
        {
            return null;
        }

        _metrics.Refused(limit.Limit.Method);
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var delay) ? delay : TimeSpan.FromSeconds(1);
    }
}
