using System.Diagnostics.Metrics;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Bundles;

/// <summary>What happens to bundles, in numbers.</summary>
internal sealed class BundleMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _reservations = meters.Create("moviesnow.catalog").CreateCounter<long>(
        "moviesnow.catalog.bundle.reservations", "{reservation}", "Reservations of bundle keys by outcome: OK or the reason of the refusal.");

    public void Reserved(Outcome<Bundle> outcome) =>
        _reservations.Add(1, new KeyValuePair<string, object?>("outcome", outcome.Reason is ErrorReason.Unspecified ? "OK" : ErrorReasons.NameOf(outcome.Reason)));
}
