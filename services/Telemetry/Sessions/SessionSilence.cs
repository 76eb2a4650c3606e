using Microsoft.Extensions.Options;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>How long sessions may be silent before they are over.</summary>
internal sealed class SessionSilence(IOptions<TelemetryOptions> options)
{
    /// <summary>When a session is over unless something is heard of it; null when it is over already.</summary>
    public DateTimeOffset? DeadlineOf(SessionSummary session) => session.State switch
    {
        SessionState.Initiated or SessionState.Playing => session.LastEventTime + options.Value.SessionTimeout,
        SessionState.Paused => session.LastEventTime + options.Value.PausedTimeout,
        _ => null,
    };

    /// <summary>The row of a session that has new events. The next check is moved when the state changes only: see the index.</summary>
    public SessionWrite WriteOf(StoredSession stored, SessionProgress progress) => new(
        stored.Id, progress, stored.Progress.Summary.State == progress.Summary.State ? null : DeadlineOf(progress.Summary));
}
