using System.Diagnostics.Metrics;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Delivery.Links;

/// <summary>Counts links given and refused.</summary>
internal sealed class LinkMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _issued = CreateMeter(meters).CreateCounter<long>("moviesnow.delivery.links.issued", "{link}", "Links presigned");
    private readonly Counter<long> _refused = CreateMeter(meters).CreateCounter<long>("moviesnow.delivery.links.refused", "{link}", "Keys refused by the allowlist");

    public void LinkIssued(BundleKind kind) => _issued.Add(1, new KeyValuePair<string, object?>("bundle.kind", kind.ToString()));

    public void LinkRefused(ErrorReason reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", ErrorReasons.NameOf(reason)));

    private static Meter CreateMeter(IMeterFactory meters) => meters.Create("moviesnow.delivery");
}
