using System.Net;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Playback.Signing;

/// <summary>What a grant says.</summary>
/// <param name="Prefix">Keys that may be read begin with this; ends in <c>/</c>.</param>
/// <param name="NotBefore">When it begins to work.</param>
/// <param name="Expires">When it stops working.</param>
/// <param name="Address">The only address that it works from; null for any.</param>
/// <param name="SessionId">The session.</param>
internal sealed record GrantClaims(string Prefix, DateTimeOffset NotBefore, DateTimeOffset Expires, IPAddress? Address, Guid SessionId);

/// <summary>A signed grant, in one or several of three places. Each has unreserved characters only (RFC 3986 2.3), which no player encodes anew.</summary>
/// <param name="PathSegment">The segment that stands between the CDN's URL and the key; empty for none.</param>
/// <param name="Query">The query of every URL; empty for none.</param>
/// <param name="Cookies">Cookies of every request; may be empty.</param>
internal sealed record SignedGrant(string PathSegment, string Query, IReadOnlyList<GrantCookie> Cookies)
{
    /// <summary>A grant that is a segment of the path: relative URIs of segments inherit it.</summary>
    public static SignedGrant InPath(string segment) => new(segment, "", []);
}

/// <summary>Signs grants in the form that one kind of CDN checks. Keys were checked at start. Called by many threads at once.</summary>
internal interface IPlaybackGrantSigner
{
    /// <summary>The form, as the contract names it.</summary>
    GrantForm Form { get; }

    /// <summary>Signs a grant. Times are rounded down to seconds.</summary>
    SignedGrant Sign(GrantClaims claims);
}
