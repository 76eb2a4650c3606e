using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Telemetry.Events;

/// <summary>Writes accepted events.</summary>
internal static class EventCopy
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<(Guid SessionId, PlayerEvent Event)> accepted)
    {
        if (accepted.Count == 0)
        {
            return;
        }

        await using var copy = await connection.BeginBinaryImportAsync("""
            COPY playback_event (session_id, client_time, received_at, sequence, position_ms, from_position_ms, bitrate_bps, type,
                                 complete_reason, is_fatal, variant_id, error_code, attributes_json, visibility, playback_rate)
            FROM STDIN (FORMAT BINARY)
            """, CancellationToken.None);
        copy.Timeout = Timeout;
        foreach (var (sessionId, stored) in accepted)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(sessionId, NpgsqlDbType.Uuid);
            await copy.WriteAsync(stored.ClientTime, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(stored.ReceiveTime, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(stored.Sequence, NpgsqlDbType.Integer);
            await copy.WriteAsync(stored.PositionMs, NpgsqlDbType.Integer);
            await copy.WriteAsync(stored.FromPositionMs, NpgsqlDbType.Integer);
            await copy.WriteAsync(stored.BitrateBps, NpgsqlDbType.Integer);
            await copy.WriteAsync((short)stored.Type, NpgsqlDbType.Smallint);
            await copy.WriteAsync((short)stored.CompleteReason, NpgsqlDbType.Smallint);
            await copy.WriteAsync(stored.IsFatal, NpgsqlDbType.Boolean);
            await copy.WriteAsync(stored.VariantId, NpgsqlDbType.Uuid);
            await copy.WriteAsync(stored.ErrorCode, NpgsqlDbType.Text);
            await copy.WriteAsync(stored.AttributesJson, NpgsqlDbType.Text);
            await copy.WriteAsync((short)stored.Visibility, NpgsqlDbType.Smallint);
            await copy.WriteAsync(stored.PlaybackRate, NpgsqlDbType.Double);
        }

        await copy.CompleteAsync();
    }
}
