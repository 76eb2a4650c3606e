using System.Diagnostics.Metrics;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Tokens;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Delivery.Links;

/// <summary>Counts links given and refused, and what becomes of one-time tokens. Nobody and no key is named.</summary>
internal sealed class LinkMetrics
{
    private readonly Counter<long> _issued;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _minted;
    private readonly Counter<long> _redemptions;

    public LinkMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("moviesnow.delivery");
        _issued = meter.CreateCounter<long>("moviesnow.delivery.links.issued", "{link}", "Download links signed.");
        _refused = meter.CreateCounter<long>("moviesnow.delivery.links.refused", "{link}", "Download links refused, by reason.");
        _minted = meter.CreateCounter<long>("moviesnow.delivery.tokens.minted", "{token}", "One-time tokens minted.");
        _redemptions = meter.CreateCounter<long>("moviesnow.delivery.tokens.redemptions", "{attempt}", "Attempts to redeem a one-time token, by outcome.");
    }

    public void LinkIssued(BundleKind kind) => _issued.Add(1, new KeyValuePair<string, object?>("bundle.kind", kind.ToString()));

    /// <summary>Counts a refusal and makes its error.</summary>
    public RpcException Refused(ErrorReason reason)
    {
        LinkRefused(reason);
        return RpcErrors.Of(reason);
    }

    public void LinkRefused(ErrorReason reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", ErrorReasons.NameOf(reason)));

    public void TokenMinted() => _minted.Add(1);

    public void TokenRedeemed(TokenRedemption outcome) => _redemptions.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
    {
        TokenRedemption.Granted => "granted",
        TokenRedemption.KeyMismatch => "key_mismatch",
        _ => "invalid",
    }));
}
