using System.Diagnostics.Metrics;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Delivery.Links;

/// <summary>Counts links given and refused, and what becomes of one-time tokens. Nobody and no key is named.</summary>
internal sealed class LinkMetrics
{
    private readonly Counter<long> _issued;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _minted;
    private readonly Counter<long> _redemptions;
    private readonly Counter<long> _changed;
    private readonly Counter<long> _alone;

    public LinkMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("moviesnow.delivery");
        _issued = meter.CreateCounter<long>("moviesnow.delivery.links.issued", "{link}", "Download links signed, by `bundle.kind`.");
        _refused = meter.CreateCounter<long>("moviesnow.delivery.links.refused", "{link}", "Download links refused, by the `reason` that was told.");
        _minted = meter.CreateCounter<long>("moviesnow.delivery.tokens.minted", "{token}", "One-time tokens minted.");
        _redemptions = meter.CreateCounter<long>(
            "moviesnow.delivery.tokens.redemptions", "{attempt}",
            "Attempts to redeem a one-time token, by `outcome`: granted, repeated, key_mismatch, invalid.");
        _changed = meter.CreateCounter<long>(
            "moviesnow.delivery.objects.changed", "{object}",
            "Objects refused because they are not those that were verified, by `difference`: size, checksum, etag.");
        _alone = meter.CreateCounter<long>("moviesnow.delivery.quotas.alone", "{count}", "Quotas that a replica counted alone because Redis did not answer.");
    }

    public void LinkIssued(string kind) => _issued.Add(1, new KeyValuePair<string, object?>("bundle.kind", kind));

    public void LinkRefused(ErrorReason reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", ErrorReasons.NameOf(reason)));

    public void TokenMinted() => _minted.Add(1);

    public void TokenRedeemed(TokenFact outcome) => _redemptions.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
    {
        TokenFact.Unspent => "granted",
        TokenFact.Granted => "repeated",
        TokenFact.OtherKey => "key_mismatch",
        _ => "invalid",
    }));

    public void ObjectChanged(string difference) => _changed.Add(1, new KeyValuePair<string, object?>("difference", difference));

    public void QuotaCountedAlone() => _alone.Add(1);
}
