using System.Diagnostics.Metrics;

namespace MoviesNow.ServiceDefaults.Idempotency;

/// <summary>Counts calls that carry an idempotency key, by what became of them.</summary>
internal sealed class IdempotencyMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _calls = meters.Create("moviesnow.servicedefaults").CreateCounter<long>(
        "moviesnow.idempotency.calls", "{call}",
        "Calls with an idempotency key, by `outcome`: recorded, replayed, unprotected, not-kept, or the reason of the refusal.");

    public void Count(string outcome) => _calls.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
