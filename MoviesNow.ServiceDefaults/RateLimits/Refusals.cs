using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>What is told of refused calls.</summary>
internal sealed class Refusals(RateLimitMetrics metrics, ILogger<Refusals> logger)
{
    private bool _hasToldOfProxy;

    /// <summary>Counts a refused call, and says when to come again.</summary>
    public TimeSpan? Tell(RateLimitLease refused, LimitedCaller of, HttpContext context)
    {
        metrics.Refused(of.Limit.Method);
        if (of.Caller.Kind is CallerKind.Address && !_hasToldOfProxy && context.Request.Headers.ContainsKey("x-forwarded-for"))
        {
            // All who come through a proxy that was forgotten share one limit: an outage that looks like an attack.
            _hasToldOfProxy = true;
            logger.LogWarning("Calls with X-Forwarded-For were counted for the address of their connection, and refused. Is it a proxy that Proxies:TrustedNetworks lacks?");
        }

        return refused.TryGetMetadata(MetadataName.RetryAfter, out var delay) ? delay : null;
    }
}
