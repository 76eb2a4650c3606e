using System.Net;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Delivery.Playback;

/// <summary>Where the viewer is: the one place that decides whose word is taken.</summary>
/// <param name="Country">Country code; empty when unknown.</param>
/// <param name="Address">The address that grants are bound to; null for none.</param>
internal sealed record PlaybackViewer(string Country, IPAddress? Address)
{
    /// <param name="check">Collects what is wrong.</param>
    /// <param name="country">What the request says.</param>
    /// <param name="address">What the request says: a service tells the viewer's address, for its own is not the viewer's.</param>
    /// <param name="bindsAddress">Whether the deployment binds grants to addresses.</param>
    /// <param name="context">The call.</param>
    public static PlaybackViewer Of(RequestCheck check, string country, string address, bool bindsAddress, ServerCallContext context)
    {
        CallerCountry.Check(check, "country", country);
        var isService = context.IsService();
        IPAddress? told = null;
        check.Require(
            address.Length == 0 || (address.Length <= 45 && !address.Contains('%') && IPAddress.TryParse(address, out told)),
            "viewer_address", "must be an IPv4 or IPv6 address");
        check.Require(!bindsAddress || !isService || address.Length > 0, "viewer_address", "is required from a service");
        var seen = isService ? told : context.GetHttpContext().Connection.RemoteIpAddress;
        return new PlaybackViewer(CallerCountry.Of(context, country), bindsAddress ? Plain(seen) : null);
    }

    /// <summary>An address as CDNs see it: IPv4 is not mapped into IPv6.</summary>
    public static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
