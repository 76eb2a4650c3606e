using Npgsql;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>The reading side of the sums.</summary>
internal sealed class QoeStore(NpgsqlDataSource dataSource)
{
    private static readonly string Sums = string.Join(", ", QoeSums.Columns.Select(column => $"sum({column})"));

    /// <summary>Reads everything that a query is about, in one round trip.</summary>
    public async Task<QoeFindings> ReadAsync(QoeQuery query, CancellationToken cancellationToken)
    {
        // First, so that what follows has at least what was complete then.
        await using var batch = dataSource.CreateBatch().Add("SELECT complete_until FROM qoe_progress");
        foreach (var segment in query.Segments)
        {
            AddSums(batch, new QoeRows(query.Filter, segment));
            AddStarts(batch, new QoeRows(query.Filter, segment, "_startup"), segment.Level, query);
        }

        if (query.FullHours is { } hours)
        {
            AddPresence(batch, new QoeRows(query.Filter, hours));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var findings = new QoeFindings(query, completeUntil: reader.GetFieldValue<DateTimeOffset>(0));
        foreach (var segment in query.Segments)
        {
            await ReadSumsAsync(reader, segment.Level, findings, cancellationToken);
            await ReadStartsAsync(reader, findings, cancellationToken);
        }

        if (query.FullHours is not null)
        {
            await ReadPresenceAsync(reader, findings, cancellationToken);
        }

        return findings;
    }

    private static void AddSums(NpgsqlBatch batch, QoeRows rows) => batch.Add($"SELECT q.moment, {Sums} {rows.From} GROUP BY q.moment", rows.Values());

    private static void AddStarts(NpgsqlBatch batch, QoeRows rows, QoeLevel level, QoeQuery query)
    {
        if (level == query.Bucket && rows.HaveOneKey)
        {
            // The index has what belongs together side by side: nothing need be sorted or hashed, which takes five times as long.
            var gathered = rows.FromKeys("moment, array_agg(bucket) AS buckets, array_agg(starts) AS starts", "GROUP BY moment");
            batch.Add($"SELECT q.moment, q.buckets, q.starts {gathered}", rows.Values());
            return;
        }

        batch.Add(
            $"""
            SELECT begin, array_agg(bucket), array_agg(starts) FROM (
                SELECT date_bin({rows.Parameter(1)}, q.moment, {rows.Parameter(2)}) AS begin, q.bucket, sum(q.starts)::bigint AS starts
                {rows.From}
                GROUP BY 1, 2) AS sketch
            GROUP BY begin
            """, rows.Values(query.BucketLength, query.BucketOrigin));
    }

    private static void AddPresence(NpgsqlBatch batch, QoeRows rows) =>
        batch.Add($"SELECT q.moment, array_lower(q.presence, 1), q.presence {rows.From} AND q.presence IS NOT NULL", rows.Values());

    private static async Task ReadSumsAsync(NpgsqlDataReader reader, QoeLevel level, QoeFindings findings, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            findings.AddSums(level, reader.GetFieldValue<DateTimeOffset>(0), column => reader.GetDecimal(1 + (int)column));
        }
    }

    private static async Task ReadStartsAsync(NpgsqlDataReader reader, QoeFindings findings, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            findings.AddStarts(reader.GetFieldValue<DateTimeOffset>(0), reader.GetFieldValue<short[]>(1), reader.GetFieldValue<long[]>(2));
        }
    }

    private static async Task ReadPresenceAsync(NpgsqlDataReader reader, QoeFindings findings, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            findings.AddPresence(reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt32(1), reader.GetFieldValue<long?[]>(2));
        }
    }
}
