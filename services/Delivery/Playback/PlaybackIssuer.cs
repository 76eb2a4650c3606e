using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Playback.Signing;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Playback;

/// <summary>A session, as this service knows it while it serves a call.</summary>
/// <param name="Id">Its id.</param>
/// <param name="TitleId">The title.</param>
/// <param name="EpisodeId">The episode; null for a film.</param>
/// <param name="PackageId">The package that is played; null for the folder.</param>
/// <param name="Prefix">What is granted.</param>
/// <param name="Started">When it began.</param>
/// <param name="Viewer">Where the viewer is.</param>
internal sealed record PlaybackSession(Guid Id, Guid TitleId, Guid? EpisodeId, Guid? PackageId, string Prefix, DateTimeOffset Started, PlaybackViewer Viewer);

/// <summary>Puts grants together: times, the signed grant, the playlist's URL and the renewal token.</summary>
internal sealed class PlaybackIssuer(PlaybackTickets tickets, IOptions<PlaybackOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>The path of playlists below this service's URL; a ticket and the file's name follow.</summary>
    public const string PlaylistPath = "playback/";

    /// <summary>What follows the ticket: a name that ends as players expect it.</summary>
    public const string PlaylistFile = "/index.m3u8";

    // The clocks of a CDN may be behind.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly PlaybackOptions _options = options.Value;
    private readonly IPlaybackGrantSigner? _signer = GrantSigners.Create(options.Value);

    /// <summary>Whether the deployment has a CDN that checks grants. Without one nothing can be issued.</summary>
    public bool IsConfigured => _signer is not null;

    private IPlaybackGrantSigner Signer => _signer ?? throw new InvalidOperationException("No protection is configured.");

    /// <summary>Grants a session's prefix.</summary>
    /// <param name="session">The session.</param>
    /// <param name="askedSeconds">For how long; 0 when nothing was asked.</param>
    public PlaybackGrant Issue(PlaybackSession session, int askedSeconds)
    {
        var now = TimeOf(time.GetUtcNow());
        var sessionEnds = session.Started.AddSeconds(_options.MaxSessionSeconds);
        var expires = Earlier(now + Lifetime(askedSeconds), sessionEnds);
        var (viewer, lifetime) = (session.Viewer, expires - now);
        var signed = Sign(session.Prefix, session.Id, viewer, expires);
        var ticket = new PlaybackTicket(session.Id, session.TitleId, session.EpisodeId, session.PackageId, session.Started, expires, viewer.Country, viewer.Address);
        return new PlaybackGrant
        {
            SessionId = session.Id.ToString("D"),
            PlaylistUrl = $"{_options.PublicUrl}{PlaylistPath}{tickets.Issue(TicketPurpose.Playlist, ticket)}{PlaylistFile}",
            MediaBaseUrl = BaseUrl(signed),
            PathPrefix = session.Prefix,
            Form = Signer.Form,
            UrlQuery = signed.Query,
            Cookies = { signed.Cookies },
            TtlSeconds = (int)lifetime.TotalSeconds,
            ExpireTime = Timestamp.FromDateTimeOffset(expires),
            RenewTime = Timestamp.FromDateTimeOffset(TimeOf(now + (lifetime * 2 / 3))),
            RenewalToken = tickets.Issue(TicketPurpose.Renewal, ticket with { Expires = sessionEnds, Country = "", Address = null }),
            RenewalExpireTime = Timestamp.FromDateTimeOffset(sessionEnds),
        };
    }

    /// <summary>Signs a grant that works until a time.</summary>
    public SignedGrant Sign(string prefix, Guid sessionId, PlaybackViewer viewer, DateTimeOffset expires) =>
        Signer.Sign(new GrantClaims(prefix, time.GetUtcNow() - Skew, expires, viewer.Address, sessionId));

    /// <summary>What the URLs of media begin with.</summary>
    public string BaseUrl(SignedGrant grant) => grant.PathSegment.Length > 0 ? $"{_options.CdnUrl}{grant.PathSegment}/" : _options.CdnUrl;

    /// <summary>A time as grants and tickets have it: in whole seconds, so that what is told is what is signed.</summary>
    public static DateTimeOffset TimeOf(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    public void Dispose() => (_signer as IDisposable)?.Dispose();

    private TimeSpan Lifetime(int askedSeconds) => TimeSpan.FromSeconds(
        askedSeconds == 0 ? _options.DefaultTtlSeconds : Math.Clamp(askedSeconds, _options.MinTtlSeconds, _options.MaxTtlSeconds));

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
