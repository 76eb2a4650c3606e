using MoviesNow.Telemetry.Sessions;
using Npgsql;

namespace Telemetry.Tests.Hosting;

/// <summary>Everything that was ever written to <c>qoe_delta</c> of a database, whoever takes it away from there.</summary>
internal sealed class DeltaLog(NpgsqlDataSource database)
{
    public static async Task<DeltaLog> StartAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("""
            CREATE TABLE IF NOT EXISTS qoe_delta_log (LIKE qoe_delta);
            CREATE OR REPLACE FUNCTION log_qoe_delta() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO qoe_delta_log VALUES (NEW.*); RETURN NULL; END $$;
            CREATE OR REPLACE TRIGGER log AFTER INSERT ON qoe_delta FOR EACH ROW EXECUTE FUNCTION log_qoe_delta();
            """);
        await command.ExecuteNonQueryAsync();
        return new DeltaLog(database);
    }

    /// <summary>The sums of a title, or of all when it is null, by minute since 1970 and bucket; those of nothing left out.</summary>
    public async Task<Dictionary<(long Minute, short Bucket), QualityCounts>> SumsAsync(string? titleId)
    {
        await using var command = database.CreateCommand("""
            SELECT (extract(epoch FROM minute) / 60)::bigint, startup_bucket, sum(session_count)::integer, sum(start_count)::integer,
                   sum(exits_before_start)::integer, sum(start_failures)::integer, sum(playback_failures)::integer, sum(completions)::integer,
                   sum(watch_ms)::bigint, sum(hidden_watch_ms)::bigint, sum(rebuffer_count)::integer, sum(rebuffer_ms)::bigint,
                   sum(seek_rebuffer_count)::integer, sum(seek_rebuffer_ms)::bigint, sum(bitrate_ms)::bigint, sum(bits)::bigint,
                   sum(rendition_changes)::integer, sum(present_ms)::bigint
            FROM qoe_delta_log WHERE $1::uuid IS NULL OR title_id = $1
            GROUP BY 1, 2
            """);
        command.Parameters.Add(new() { Value = titleId is null ? DBNull.Value : Guid.Parse(titleId) });
        await using var reader = await command.ExecuteReaderAsync();
        var sums = new Dictionary<(long, short), QualityCounts>();
        while (await reader.ReadAsync())
        {
            sums.Add((reader.GetInt64(0), reader.GetInt16(1)), Read(reader));
        }

        return sums.Where(row => row.Value != default).ToDictionary();
    }

    private static QualityCounts Read(NpgsqlDataReader row) => new()
    {
        SessionCount = row.GetInt32(2),
        StartCount = row.GetInt32(3),
        ExitsBeforeStart = row.GetInt32(4),
        StartFailures = row.GetInt32(5),
        PlaybackFailures = row.GetInt32(6),
        Completions = row.GetInt32(7),
        WatchMs = row.GetInt64(8),
        HiddenWatchMs = row.GetInt64(9),
        RebufferCount = row.GetInt32(10),
        RebufferMs = row.GetInt64(11),
        SeekRebufferCount = row.GetInt32(12),
        SeekRebufferMs = row.GetInt64(13),
        BitrateMs = row.GetInt64(14),
        Bits = row.GetInt64(15),
        RenditionChanges = row.GetInt32(16),
        PresentMs = row.GetInt64(17),
    };
}
