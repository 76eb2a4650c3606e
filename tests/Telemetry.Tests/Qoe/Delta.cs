using MoviesNow.Telemetry.Qoe;
using MoviesNow.Testing.Hosting;
using Npgsql;
using NpgsqlTypes;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Qoe;

/// <summary>A row of qoe_delta.</summary>
internal sealed record Delta(DateTimeOffset Minute)
{
    public Guid Title { get; init; }

    public Guid Variant { get; init; }

    public string Country { get; init; } = "";

    public string Device { get; init; } = "";

    public string AppVersion { get; init; } = "";

    /// <summary>Bucket of the sketch; -1 without starts.</summary>
    public short Bucket { get; init; } = -1;

    /// <summary>The counters that are not zero.</summary>
    public Dictionary<QoeColumn, long> Counters { get; init; } = [];

    /// <summary>A start after so many milliseconds.</summary>
    public Delta WithStart(long milliseconds) => this with
    {
        Bucket = StartupSketch.BucketOf(milliseconds),
        Counters = new(Counters) { [QoeColumn.StartCount] = 1 },
    };

    public Delta With(QoeColumn column, long value) => this with { Counters = new(Counters) { [column] = value } };

    /// <summary>Writes rows in one transaction, as the writer of events does.</summary>
    public static async Task WriteAsync(NpgsqlDataSource database, params IEnumerable<Delta> deltas)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync(
            $"COPY qoe_delta (minute, title_id, variant_id, country, device, app_version, startup_bucket, {string.Join(", ", QoeSums.Columns)}) FROM STDIN (FORMAT BINARY)");
        foreach (var delta in deltas)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(delta.Minute, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(delta.Title);
            await copy.WriteAsync(delta.Variant);
            await copy.WriteAsync(delta.Country);
            await copy.WriteAsync(delta.Device);
            await copy.WriteAsync(delta.AppVersion);
            await copy.WriteAsync(delta.Bucket);
            foreach (var column in Enum.GetValues<QoeColumn>())
            {
                await WriteAsync(copy, column, delta.Counters.GetValueOrDefault(column));
            }
        }

        await copy.CompleteAsync();
    }

    /// <summary>Writes rows and waits until they are summed up.</summary>
    public static async Task RollUpAsync(TelemetryHost host, params IEnumerable<Delta> deltas)
    {
        await WriteAsync(host.Database, deltas);
        await RolledUpAsync(host);
    }

    /// <summary>Waits until everything that was written before is summed up.</summary>
    public static async Task RolledUpAsync(TelemetryHost host)
    {
        // Replicas start when they are first used.
        host.Invoker(Identity.Admin);
        var written = await host.ScalarAsync<DateTime>("SELECT clock_timestamp()");
        await Eventually.HoldsAsync(async () => await host.ScalarAsync<DateTime>("SELECT complete_until FROM qoe_progress") >= written);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, QoeColumn column, long value) =>
        QoeSums.Columns[(int)column].EndsWith("_ms", StringComparison.Ordinal) || column is QoeColumn.Bits
            ? copy.WriteAsync(value, NpgsqlDbType.Bigint)
            : copy.WriteAsync((int)value, NpgsqlDbType.Integer);
}
