using System.Diagnostics.Metrics;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>What operators watch of the limits. Nobody is named: neither subjects nor addresses.</summary>
internal sealed class RateLimitMetrics
{
    private readonly Counter<long> _refused;
    private readonly Counter<long> _alone;
    private readonly Counter<long> _failures;

    public RateLimitMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("moviesnow.servicedefaults");
        _refused = meter.CreateCounter<long>("moviesnow.rate_limit.refused", "{call}", "Calls over their limit, by `method`.");
        _alone = meter.CreateCounter<long>(
            "moviesnow.rate_limit.alone", "{call}",
            "Calls that this replica decided alone because Redis did not answer, by `method` and `outcome`: admitted, refused.");
        _failures = meter.CreateCounter<long>(
            "moviesnow.rate_limit.redis.failures", "{attempt}", "Failed attempts to reach Redis, by `outcome`: timeout, error.");
    }

    public void Refused(string method) => _refused.Add(1, new KeyValuePair<string, object?>("method", method));

    public void DecidedAlone(string method, bool isAdmitted) => _alone.Add(
        1, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("outcome", isAdmitted ? "admitted" : "refused"));

    public void RedisFailed(bool isTimeout) => _failures.Add(1, new KeyValuePair<string, object?>("outcome", isTimeout ? "timeout" : "error"));
}
