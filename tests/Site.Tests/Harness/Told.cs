using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Site.Tests.Harness;

/// <summary>What Telemetry has of a title.</summary>
internal sealed class Told(SiteSystem system, string titleId)
{
    // What was not heard is told again after growing pauses.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The only session of the title and its events, once a condition holds.</summary>
    public async Task<(PlaybackSession Session, PlaybackEvent[] Events)> SessionAsync(Func<PlaybackEvent[], bool> condition)
    {
        (PlaybackSession Session, PlaybackEvent[] Events) found = default;
        await Eventually.HoldsAsync(async () =>
        {
            var client = new PlaybackSessionService.PlaybackSessionServiceClient(system.Telemetry(Identity.Admin));
            var sessions = (await client.ListSessionsAsync(new ListSessionsRequest { TitleId = titleId })).Sessions;
            if (sessions.Count == 0)
            {
                return false;
            }

            var id = Assert.Single(sessions).Id;
            var events = (await client.ListEventsAsync(new ListEventsRequest { SessionId = id, PageSize = 1000 })).Events;
            // Read after its events: it knows of all of them.
            var session = (await client.GetSessionAsync(new GetSessionRequest { SessionId = id })).Session;
            found = (session, [.. events]);
            return condition(found.Events);
        }, Patience);
        return found;
    }

    /// <summary>Rows of the database: sessions of the title, their events, and events that were rejected.</summary>
    public async Task<(long Sessions, long Events, long Rejected)> CountAsync()
    {
        const string Session = "SELECT id FROM playback_session WHERE title_id = $1";
        await using var command = system.TelemetryDatabase.CreateCommand($"""
            SELECT (SELECT count(*) FROM playback_session WHERE title_id = $1),
                   (SELECT count(*) FROM playback_event WHERE session_id IN ({Session})),
                   (SELECT count(*) FROM rejected_event WHERE session_id IN ({Session}))
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = Guid.Parse(titleId) });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
