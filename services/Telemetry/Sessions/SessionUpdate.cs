using Npgsql;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>What a session comes to, on its way into its row.</summary>
/// <param name="Id">The session.</param>
/// <param name="Progress">What it comes to.</param>
/// <param name="CheckTime">When it is looked at next for silence; null to leave that as it is.</param>
internal sealed record SessionWrite(Guid Id, SessionProgress Progress, DateTimeOffset? CheckTime);

/// <summary>The statement that writes what sessions come to.</summary>
internal static class SessionUpdate
{
    private static readonly UpdateColumn[] Columns =
    [
        Of("state", p => (short)p.Summary.State),
        Of("end_reason", p => (short)p.Summary.EndReason),
        Of("ended_at", p => p.Summary.EndTime),
        Of("last_event_at", p => p.Summary.LastEventTime),
        Of("event_count", p => p.Summary.EventCount),
        Of("last_sequence", p => p.Summary.LastSequence),
        Of("furthest_position_ms", p => p.Summary.FurthestPositionMs),
        Of("play_sequence", p => p.Summary.PlaySequence),
        Of("pause_sequence", p => p.Summary.PauseSequence),
        Of("resume_sequence", p => p.Summary.ResumeSequence),
        Of("error_sequence", p => p.Summary.ErrorSequence),
        Of("errored_at", p => p.Summary.ErrorTime),
        Of("complete_sequence", p => p.Summary.CompleteSequence),
        Of("complete_reason", p => (short)p.Summary.CompleteReason),
        Of("completed_at", p => p.Summary.CompleteTime),
        Of("is_timed_out", p => p.Summary.IsTimedOut),
        Of("has_implausible_time", p => p.Summary.HasImplausibleTime),
        Of("folded_until_ms", p => p.Playback.TimeMs),
        Of("stop_position_ms", p => p.Playback.PositionMs),
        Of("playback_rate", p => p.Playback.Rate),
        Of("is_hidden", p => p.Playback.IsHidden),
        Of("stall", p => (short)p.Playback.Stall),
        Of("after_seek_ms", p => p.Playback.AfterSeekMs),
        Of("bitrate_bps", p => p.Playback.BitrateBps),
        Of("playing_variant_id", p => p.Playback.VariantId),
        Of("startup_ms", p => p.StartupMs),
        Of("watch_ms", p => p.Measures.WatchMs),
        Of("hidden_watch_ms", p => p.Measures.HiddenWatchMs),
        Of("rebuffer_count", p => p.Measures.RebufferCount),
        Of("rebuffer_ms", p => p.Measures.RebufferMs),
        Of("seek_rebuffer_count", p => p.Measures.SeekRebufferCount),
        Of("seek_rebuffer_ms", p => p.Measures.SeekRebufferMs),
        Of("bitrate_ms", p => p.Measures.BitrateMs),
        Of("bits", p => p.Measures.Bits),
        Of("rendition_changes", p => p.Measures.RenditionChanges),
        Of("present_ms", p => p.Measures.PresentMs),
    ];

    private static readonly string Statement = $"""
        UPDATE playback_session s
        SET check_at = coalesce(n.check_at, s.check_at), {string.Join(", ", Columns.Select(column => $"{column.Name} = n.{column.Name}"))}
        FROM unnest($1, $2, {string.Join(", ", Columns.Select((_, i) => $"${i + 3}"))}) AS n (id, check_at, {string.Join(", ", Columns.Select(column => column.Name))})
        WHERE s.id = n.id AND s.id = ANY ($1)
        """;

    public static void AddTo(NpgsqlBatch changes, IReadOnlyList<SessionWrite> sessions)
    {
        if (sessions.Count == 0)
        {
            return;
        }

        object[] values =
        [
            sessions.Select(session => session.Id).ToArray(),
            sessions.Select(session => session.CheckTime).ToArray(),
            .. Columns.Select(column => column.Values(sessions)),
        ];
        changes.Add(Statement, values);
    }

    private static UpdateColumn Of<T>(string name, Func<SessionProgress, T> value) =>
        new(name, sessions => sessions.Select(session => value(session.Progress)).ToArray());

    private sealed record UpdateColumn(string Name, Func<IReadOnlyList<SessionWrite>, Array> Values);
}
