using System.Diagnostics.Metrics;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Playback;

/// <summary>Counts grants, refusals and playlists. Nobody and nothing that is played is named.</summary>
internal sealed class PlaybackMetrics
{
    private readonly Counter<long> _granted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _playlists;

    public PlaybackMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("moviesnow.delivery");
        _granted = meter.CreateCounter<long>(
            "moviesnow.delivery.playback.granted", "{grant}",
            "Grants to play something, by `form` and `kind`: at the start of a session (start), or renewed (renewal).");
        _refused = meter.CreateCounter<long>("moviesnow.delivery.playback.refused", "{call}", "Calls for a grant that were refused, by `reason`.");
        _playlists = meter.CreateCounter<long>(
            "moviesnow.delivery.playback.playlists", "{request}", "Requests of players for a multivariant playlist, by the HTTP `status` of the answer.");
    }

    public void Granted(GrantForm form, bool isRenewal) =>
        _granted.Add(1, new("form", form.ToString()), new("kind", isRenewal ? "renewal" : "start"));

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void PlaylistAnswered(int status) => _playlists.Add(1, new KeyValuePair<string, object?>("status", status));
}
