using System.Diagnostics.Metrics;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Bundles;

/// <summary>What happens to bundles, in numbers.</summary>
internal sealed class BundleMetrics
{
    private readonly Counter<long> _reservations;
    private readonly Counter<long> _states;

    public BundleMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("moviesnow.catalog");
        _reservations = meter.CreateCounter<long>(
            "moviesnow.catalog.bundle.reservations", "{reservation}", "Reservations of bundle keys, by `outcome`: OK, or the reason of the refusal.");
        _states = meter.CreateCounter<long>(
            "moviesnow.catalog.bundle.states", "{bundle}",
            "Bundles that a call brought to a `state` (Pending, Verified, Published, Released), or found there already.");
    }

    /// <summary>A call left a bundle in this state.</summary>
    public void Reached(string state) => _states.Add(1, new KeyValuePair<string, object?>("state", state));

    /// <summary>The same; nothing when the call was refused.</summary>
    public Outcome<Bundle> Reached(Outcome<Bundle> outcome)
    {
        if (outcome.Row is { } bundle)
        {
            Reached(bundle.State.ToString());
        }

        return outcome;
    }

    public void Reserved(Outcome<Bundle> outcome) =>
        _reservations.Add(1, new KeyValuePair<string, object?>("outcome", outcome.Reason is ErrorReason.Unspecified ? "OK" : ErrorReasons.NameOf(outcome.Reason)));
}
