using System.Globalization;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>The statement that takes deltas and adds them to the sums of minutes, hours and days.</summary>
internal static class RollUpSql
{
    private const string Hour = "date_trunc('hour', minute, 'UTC')";
    private const string Day = "date_trunc('day', minute, 'UTC')";

    // What does not tell a row apart is zero or empty. GROUPING has a bit for each such column, the lowest for the last one.
    private const string Key = """
        31 - GROUPING(app_version, device, country, variant_id, title_id) AS dimensions,
        coalesce(title_id, '00000000-0000-0000-0000-000000000000') AS title_id,
        coalesce(variant_id, '00000000-0000-0000-0000-000000000000') AS variant_id,
        coalesce(country, '') AS country, coalesce(device, '') AS device, coalesce(app_version, '') AS app_version
        """;

    private const string KeyId = "qoe_key_id(dimensions, title_id, variant_id, country, device, app_version) AS key";

    private static readonly (QoeDimensions Dimension, string Name)[] KeyColumns =
    [
        (QoeDimensions.Title, "title_id"), (QoeDimensions.Variant, "variant_id"), (QoeDimensions.Country, "country"),
        (QoeDimensions.Device, "device"), (QoeDimensions.AppVersion, "app_version"),
    ];

    private static readonly string Columns = string.Join(", ", QoeSums.Columns);
    private static readonly string Sums = string.Join(", ", QoeSums.Columns.Select(column => $"sum({column})::bigint AS {column}"));
    private static readonly string Additions = string.Join(", ", QoeSums.Columns.Select(column => $"{column} = s.{column} + excluded.{column}"));
    private static readonly string MinuteSets = string.Join(", ", QoeGroupings.Of(QoeLevel.Minute).Select(set => set.ToString("D")));

    /// <summary>
    /// Takes up to <c>$1</c> deltas and tells how many it took. Only one transaction at a time may run it. It first sums up by minute and
    /// key (<c>cube</c>, and <c>sketch</c> for startup times), so that each stored row is touched once; being one statement, it adds
    /// what it takes, or does neither.
    /// </summary>
    public static readonly string Statement = $"""
        WITH taken AS (
            DELETE FROM qoe_delta WHERE ctid = ANY (ARRAY (SELECT ctid FROM qoe_delta LIMIT $1)) RETURNING *),
        cube AS MATERIALIZED (
            SELECT {KeyId}, * FROM (
                SELECT minute, {Key}, {Sums} FROM taken GROUP BY GROUPING SETS ({GroupingSets("minute")})) AS grouped),
        sketch AS MATERIALIZED (
            SELECT {KeyId}, * FROM (
                SELECT minute, startup_bucket AS bucket, {Key}, sum(start_count)::bigint AS starts
                FROM taken WHERE startup_bucket >= 0 GROUP BY GROUPING SETS ({GroupingSets("minute, startup_bucket")})) AS grouped),
        keys AS (
            INSERT INTO qoe_key (id, dimensions, title_id, variant_id, country, device, app_version)
            SELECT DISTINCT key, dimensions, title_id, variant_id, country, device, app_version FROM cube
            ON CONFLICT DO NOTHING),
        minutes AS (
            INSERT INTO qoe_minute AS s (key, moment, {Columns})
            SELECT key, minute, {Columns} FROM cube WHERE dimensions IN ({MinuteSets})
            ON CONFLICT (key, moment) DO UPDATE SET {Additions}),
        hours AS (
            INSERT INTO qoe_hour AS s (key, moment, {Columns}, presence)
            SELECT key, {Hour}, {Sums}, qoe_presence(array_agg(extract(minute FROM minute)::integer), array_agg(present_ms))
            FROM cube GROUP BY key, {Hour}
            ON CONFLICT (key, moment) DO UPDATE SET {Additions}, presence = qoe_presence_sum(s.presence, excluded.presence)),
        days AS (
            INSERT INTO qoe_day AS s (key, moment, {Columns})
            SELECT key, {Day}, {Sums} FROM cube GROUP BY key, {Day}
            ON CONFLICT (key, moment) DO UPDATE SET {Additions}),
        minute_starts AS ({AddStarts("qoe_minute_startup", "minute", $"WHERE dimensions IN ({MinuteSets})")}),
        hour_starts AS ({AddStarts("qoe_hour_startup", Hour, "")}),
        day_starts AS ({AddStarts("qoe_day_startup", Day, "")})
        SELECT count(*) FROM taken
        """;

    private static string AddStarts(string table, string moment, string where) => $"""
        INSERT INTO {table} AS s (key, moment, bucket, starts)
        SELECT key, {moment}, bucket, sum(starts)::bigint FROM sketch {where} GROUP BY key, {moment}, bucket
        ON CONFLICT (key, moment, bucket) DO UPDATE SET starts = s.starts + excluded.starts
        """;

    private static string GroupingSets(string always) => string.Join(", ", QoeGroupings.Of(QoeLevel.Hour).Select(set =>
        string.Create(CultureInfo.InvariantCulture, $"({string.Join(", ", KeyColumns.Where(column => set.HasFlag(column.Dimension)).Select(column => column.Name).Prepend(always))})")));
}
