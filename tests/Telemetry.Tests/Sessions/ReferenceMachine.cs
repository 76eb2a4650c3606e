using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

/// <summary>The state machine of sessions told step by step, for sessions that start at noon by both clocks.</summary>
internal static class ReferenceMachine
{
    public static (SessionState State, SessionEndReason Reason, DateTimeOffset? EndTime) Run(IEnumerable<PlayerEvent> events)
    {
        var (seen, paused) = (false, false);
        PlayerEvent? failed = null, completed = null;
        foreach (var e in events.OrderBy(e => e.Sequence))
        {
            switch (e.Type)
            {
                case EventType.Play:
                    (seen, paused, failed, completed) = (true, false, null, null);
                    break;
                case EventType.Pause:
                    paused = seen;
                    break;
                case EventType.Resume:
                    paused = false;
                    break;
                case EventType.Error when e.IsFatal:
                    failed = e;
                    break;
                case EventType.Complete:
                    completed = e;
                    break;
            }
        }

        var over = seen ? SessionState.Ended : SessionState.Aborted;
        if (failed is not null && (completed is null || failed.Sequence < completed.Sequence))
        {
            var reason = completed?.CompleteReason is SessionEndReason.Network or SessionEndReason.Drm ? completed.CompleteReason : SessionEndReason.Error;
            return (over, reason, TimeOf(failed));
        }

        if (completed is not null)
        {
            return (over, completed.CompleteReason, TimeOf(completed));
        }

        return (seen ? paused ? SessionState.Paused : SessionState.Playing : SessionState.Initiated, SessionEndReason.Unspecified, null);
    }

    private static DateTimeOffset TimeOf(PlayerEvent e)
    {
        var time = e.ClientTime < e.ReceiveTime ? e.ClientTime : e.ReceiveTime;
        return time > Samples.Noon ? time : Samples.Noon;
    }
}
