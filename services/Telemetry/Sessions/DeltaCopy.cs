using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>Writes what changes in quality, in the transaction of the events that change it.</summary>
internal static class DeltaCopy
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static async Task WriteAsync(NpgsqlConnection connection, QualityDeltas deltas)
    {
        var rows = deltas.Rows.ToList();
        if (rows.Count == 0)
        {
            return;
        }

        await using var copy = await connection.BeginBinaryImportAsync("""
            COPY qoe_delta (minute, title_id, variant_id, country, device, app_version, startup_bucket, start_count, session_count,
                            exits_before_start, start_failures, playback_failures, completions, watch_ms, hidden_watch_ms, rebuffer_count,
                            rebuffer_ms, seek_rebuffer_count, seek_rebuffer_ms, bitrate_ms, bits, rendition_changes, present_ms)
            FROM STDIN (FORMAT BINARY)
            """, CancellationToken.None);
        copy.Timeout = Timeout;
        foreach (var (key, counts) in rows)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(DateTimeOffset.FromUnixTimeSeconds(key.Minute * 60), NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(key.Dimensions.TitleId, NpgsqlDbType.Uuid);
            await copy.WriteAsync(key.Dimensions.VariantId, NpgsqlDbType.Uuid);
            await copy.WriteAsync(key.Dimensions.Country, NpgsqlDbType.Text);
            await copy.WriteAsync(key.Dimensions.Device, NpgsqlDbType.Text);
            await copy.WriteAsync(key.Dimensions.AppVersion, NpgsqlDbType.Text);
            await copy.WriteAsync(key.StartupBucket, NpgsqlDbType.Smallint);
            await copy.WriteAsync(counts.StartCount, NpgsqlDbType.Integer);
            await copy.WriteAsync(counts.SessionCount, NpgsqlDbType.Integer);
            await copy.WriteAsync(counts.ExitsBeforeStart, NpgsqlDbType.Integer);
            await copy.WriteAsync(counts.StartFailures, NpgsqlDbType.Integer);
            await copy.WriteAsync(counts.PlaybackFailures, NpgsqlDbType.Integer);
            await copy.WriteAsync(counts.Completions, NpgsqlDbType.Integer);
            await copy.WriteAsync(counts.WatchMs, NpgsqlDbType.Bigint);
            await copy.WriteAsync(counts.HiddenWatchMs, NpgsqlDbType.Bigint);
            await copy.WriteAsync(counts.RebufferCount, NpgsqlDbType.Integer);
            await copy.WriteAsync(counts.RebufferMs, NpgsqlDbType.Bigint);
            await copy.WriteAsync(counts.SeekRebufferCount, NpgsqlDbType.Integer);
            await copy.WriteAsync(counts.SeekRebufferMs, NpgsqlDbType.Bigint);
            await copy.WriteAsync(counts.BitrateMs, NpgsqlDbType.Bigint);
            await copy.WriteAsync(counts.Bits, NpgsqlDbType.Bigint);
            await copy.WriteAsync(counts.RenditionChanges, NpgsqlDbType.Integer);
            await copy.WriteAsync(counts.PresentMs, NpgsqlDbType.Bigint);
        }

        await copy.CompleteAsync();
    }
}
