using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Rejected;

/// <summary>The events in PostgreSQL that were rejected and kept. They are written with the accepted ones, by <see cref="Events.RejectedEvents"/>.</summary>
internal sealed class RejectedEventStore(NpgsqlDataSource dataSource)
{
    private const string Columns = "id, session_id, received_at, reason, payload";

    /// <summary>Rejected events, newest first.</summary>
    /// <param name="sessionId">Only those of this session; null for all.</param>
    /// <param name="reason">Only those with this reason; empty for all.</param>
    /// <param name="before">Only those with an earlier id; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<KeptEvent>> ListAsync(Guid? sessionId, string reason, Guid? before, int limit, CancellationToken cancellationToken) =>
        ReadAsync(dataSource.CreateCommand($"""
            SELECT {Columns} FROM rejected_event
            WHERE ($1::uuid IS NULL OR session_id = $1) AND ($2 = '' OR reason = $2) AND ($3::uuid IS NULL OR id < $3)
            ORDER BY id DESC
            LIMIT $4
            """).With(sessionId, reason, before, limit), cancellationToken);

    /// <summary>Those with these ids that are still kept, in the order in which they were received.</summary>
    public Task<List<KeptEvent>> FindAsync(Guid[] ids, CancellationToken cancellationToken) =>
        ReadAsync(dataSource.CreateCommand($"SELECT {Columns} FROM rejected_event WHERE id = ANY ($1) ORDER BY id").With(ids), cancellationToken);

    /// <summary>Keeps these no longer.</summary>
    public async Task DeleteAsync(IReadOnlyCollection<KeptEvent> settled, CancellationToken cancellationToken)
    {
        // The sessions lead to the partitions.
        await using var command = dataSource.CreateCommand("DELETE FROM rejected_event WHERE session_id = ANY ($1) AND id = ANY ($2)")
            .With(settled.Select(kept => kept.SessionId).Distinct().ToArray(), settled.Select(kept => kept.Id).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<KeptEvent>> ReadAsync(NpgsqlCommand query, CancellationToken cancellationToken)
    {
        await using var command = query;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<KeptEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new KeptEvent(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3),
                PlaybackEvent.Parser.ParseFrom(reader.GetFieldValue<byte[]>(4))));
        }

        return events;
    }
}
