using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Site.Tests.Harness;

/// <summary>What Telemetry has of a title.</summary>
/// <param name="system">The system.</param>
/// <param name="titleId">The title.</param>
/// <param name="episodeId">Only what it has of this episode; null for all of the title.</param>
internal sealed class Told(SiteSystem system, string titleId, string? episodeId = null)
{
    // What was not heard is told again after growing pauses.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The newest session and its events, once a condition holds; <see cref="CountAsync"/> tells whether there are others.</summary>
    public async Task<(PlaybackSession Session, PlaybackEvent[] Events)> SessionAsync(Func<PlaybackEvent[], bool> condition)
    {
        (PlaybackSession Session, PlaybackEvent[] Events) found = default;
        await Eventually.HoldsAsync(async () =>
        {
            var client = new PlaybackSessionService.PlaybackSessionServiceClient(system.Telemetry(Identity.Admin));
            var ofTitle = (await client.ListSessionsAsync(new ListSessionsRequest { TitleId = titleId })).Sessions;
            if (ofTitle.FirstOrDefault(session => episodeId is null || session.Content.EpisodeId == episodeId)?.Id is not { } id)
            {
                return false;
            }

            var events = (await client.ListEventsAsync(new ListEventsRequest { SessionId = id, PageSize = 1000 })).Events;
            // Read after its events: it knows of all of them.
            var session = (await client.GetSessionAsync(new GetSessionRequest { SessionId = id })).Session;
            found = (session, [.. events]);
            return condition(found.Events);
        }, Patience);
        return found;
    }

    /// <summary>Rows of the database: sessions, their events, and events that were rejected.</summary>
    public async Task<(long Sessions, long Events, long Rejected)> CountAsync()
    {
        const string Session = "SELECT id FROM playback_session WHERE title_id = $1 AND ($2::uuid IS NULL OR episode_id = $2)";
        await using var command = system.TelemetryDatabase.CreateCommand($"""
            SELECT (SELECT count(*) FROM ({Session}) AS session),
                   (SELECT count(*) FROM playback_event WHERE session_id IN ({Session})),
                   (SELECT count(*) FROM rejected_event WHERE session_id IN ({Session}))
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = Guid.Parse(titleId) });
        command.Parameters.Add(new NpgsqlParameter { Value = episodeId is null ? DBNull.Value : Guid.Parse(episodeId), NpgsqlDbType = NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
