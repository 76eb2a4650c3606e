using System.Runtime.CompilerServices;
using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Events;

/// <summary>Reads accepted events.</summary>
internal static class EventReader
{
    private const string Columns = """
        sequence, type, client_time, received_at, position_ms, from_position_ms, variant_id, bitrate_bps, is_fatal, complete_reason,
        visibility, playback_rate
        """;

    /// <summary>Events of a session, by sequence number.</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="after">Only events with a higher number.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<List<PlayerEvent>> ListAsync(
        NpgsqlDataSource dataSource, Guid sessionId, int after, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT {Columns}, error_code, attributes_json FROM playback_event
            WHERE session_id = $1 AND sequence > $2
            ORDER BY sequence
            LIMIT $3
            """).With(sessionId, after, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<PlayerEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(Read(reader) with
            {
                ErrorCode = reader.IsDBNull(12) ? null : reader.GetString(12),
                AttributesJson = reader.IsDBNull(13) ? null : reader.GetString(13),
            });
        }

        return events;
    }

    /// <summary>All events of a session by sequence number, as they come, without their texts.</summary>
    public static async IAsyncEnumerable<PlayerEvent> ReadAllAsync(
        NpgsqlConnection connection, Guid sessionId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM playback_event WHERE session_id = $1 ORDER BY sequence", connection).With(sessionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return Read(reader);
        }
    }

    private static PlayerEvent Read(NpgsqlDataReader row) => new(
        row.GetInt32(0), (EventType)row.GetInt16(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3))
    {
        PositionMs = row.GetInt32(4),
        FromPositionMs = row.GetInt32(5),
        VariantId = row.GetFieldValue<Guid?>(6),
        BitrateBps = row.GetInt32(7),
        IsFatal = row.GetBoolean(8),
        CompleteReason = (SessionEndReason)row.GetInt16(9),
        Visibility = (Visibility)row.GetInt16(10),
        PlaybackRate = row.GetDouble(11),
    };
}
