using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>Limits requests to <see cref="LimitedEndpoints"/>, with the buckets that limit calls of methods.</summary>
public sealed class EndpointLimiter
{
    private readonly PartitionedRateLimiter<LimitedCaller> _limiter;
    private readonly MethodLimits _limits;
    private readonly Refusals _refusals;
    private readonly bool _isEnabled;

    internal EndpointLimiter(PartitionedRateLimiter<LimitedCaller> limiter, MethodLimits limits, Refusals refusals, IOptions<RateLimitOptions> options) =>
        (_limiter, _limits, _refusals, _isEnabled) = (limiter, limits, refusals, options.Value.Enabled);

    /// <summary>Takes a permit of the endpoint for the address that a request comes from.</summary>
    /// <param name="endpoint">One of <see cref="LimitedEndpoints"/>.</param>
    /// <param name="context">The request. Who sent it was not checked, so neither an API key nor a subject has a bucket of its own.</param>
    /// <returns>When to come again, when there is none; null when the request may go on.</returns>
    public ValueTask<TimeSpan?> RefusalAsync(string endpoint, HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RefusalAsync(endpoint, new CallerId(CallerKind.Address, CallerId.NetworkOf(context.Connection.RemoteIpAddress)), context);
    }

    /// <summary>Takes a permit of the endpoint for somebody whose request was checked.</summary>
    /// <param name="endpoint">One of <see cref="LimitedEndpoints"/>.</param>
    /// <param name="subject">Tells them from others. It is hashed before it leaves the process.</param>
    /// <param name="context">The request.</param>
    /// <returns>When to come again, when there is none; null when the request may go on.</returns>
    public ValueTask<TimeSpan?> RefusalAsync(string endpoint, string subject, HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RefusalAsync(endpoint, new CallerId(CallerKind.Subject, subject), context);
    }

    private async ValueTask<TimeSpan?> RefusalAsync(string endpoint, CallerId id, HttpContext context)
    {
        if (!_isEnabled || _limits.Find(endpoint)?.For(id.Kind, isService: false) is not { } limit)
        {
            return null;
        }

        var caller = new LimitedCaller(limit, id);
        using var lease = await _limiter.AcquireAsync(caller, 1, context.RequestAborted);
        return lease.IsAcquired ? null : _refusals.Tell(lease, caller, context) ?? TimeSpan.Zero;
    }
}
