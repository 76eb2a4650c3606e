namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// Endpoints of plain HTTP that have a limit. They are named as methods are, and configured among them:
/// <c>RateLimits:Methods:PlaylistEndpoint.Get:PermitsPerMinute</c>.
/// </summary>
public static class LimitedEndpoints
{
    /// <summary>Playlists of protected playback, at Delivery.</summary>
    public const string Playlist = "PlaylistEndpoint/Get";

    /// <summary>Reports of players, at Telemetry; each session is a caller.</summary>
    public const string Cmcd = "CmcdEndpoint/Report";

    internal static IReadOnlyList<string> All { get; } = [Playlist, Cmcd];
}
