using Microsoft.Extensions.Options;
using MoviesNow.Telemetry.Qoe;
using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Live;

/// <summary>Measures what goes on now, in the database that all replicas share.</summary>
internal sealed class LiveStore(NpgsqlDataSource dataSource, IOptions<TelemetryOptions> options, TimeProvider time)
{
    // One or two heartbeats may be late or lost.
    private const int SilentHeartbeats = 3;
    private const int QualityMinutes = 5;

    private static readonly string Sums = string.Join(", ", QoeSums.Columns.Select(column => $"sum({column})"));

    /// <summary>Counts the sessions that play and were heard of lately, and sums up the quality of the last five minutes and the running one.</summary>
    /// <param name="number">Place of the measurement.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<LiveMeasurement> MeasureAsync(long number, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var qualityFrom = QoeLevel.Minute.Floor(now).AddMinutes(-QualityMinutes);
        await using var batch = dataSource.CreateBatch()
            .Add(
                "SELECT title_id, country, count(*) FROM playback_session WHERE state = $1 AND last_event_at > $2 GROUP BY title_id, country",
                (short)SessionState.Playing, now - (SilentHeartbeats * options.Value.HeartbeatInterval))
            .Add(
                $"""
                SELECT k.title_id, k.country, {Sums} FROM qoe_minute q JOIN qoe_key k ON k.id = q.key
                WHERE q.moment >= $1 AND k.dimensions = $2 GROUP BY k.title_id, k.country
                """,
                qualityFrom, (short)QoeDimensions.All)
            .Add(
                """
                SELECT k.title_id, k.country, q.moment, sum(q.present_ms)::bigint FROM qoe_minute q JOIN qoe_key k ON k.id = q.key
                WHERE q.moment >= $1 AND k.dimensions = $2 GROUP BY k.title_id, k.country, q.moment
                """,
                qualityFrom, (short)QoeDimensions.All)
            .Add(
                """
                SELECT k.title_id, k.country, q.bucket, sum(q.starts)::bigint FROM qoe_minute_startup q JOIN qoe_key k ON k.id = q.key
                WHERE q.moment >= $1 AND k.dimensions = $2 GROUP BY k.title_id, k.country, q.bucket
                """,
                qualityFrom, (short)QoeDimensions.All);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var measurement = new LiveMeasurement(now, qualityFrom) { Number = number };
        await ReadAsync(reader, cell => measurement.AddViewers(cell, reader.GetInt64(2)), cancellationToken);
        await ReadAsync(reader, cell => ReadSums(reader, measurement.QualityOf(cell)), cancellationToken);
        await ReadAsync(reader, cell => measurement.AddPresence(cell, reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3)), cancellationToken);
        await ReadAsync(reader, cell => measurement.QualityOf(cell).AddStarts(reader.GetInt16(2), reader.GetInt64(3)), cancellationToken);
        return measurement;
    }

    private static void ReadSums(NpgsqlDataReader reader, QoeSums sums)
    {
        foreach (var column in Enum.GetValues<QoeColumn>())
        {
            sums.Add(column, reader.GetDecimal(2 + (int)column));
        }
    }

    private static async Task ReadAsync(NpgsqlDataReader reader, Action<LiveCell> add, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
        {
            add(new LiveCell(reader.GetGuid(0), reader.GetString(1)));
        }

        await reader.NextResultAsync(cancellationToken);
    }
}
