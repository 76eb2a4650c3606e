using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Bench.Measuring;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// Questions about the quality of thirty days, as analysts ask them, over what 50 million events of a million sessions come to: titles
/// by Zipf's law, 20 countries, 5 devices, 5 versions. The changes of quality are written by SQL, and summed up by the service itself.
/// </summary>
internal static class QoeScenario
{
    private const int Days = 30;
    private const int Sessions = 1_000_000;
    private const int EventsOfSession = 50;
    private const int Titles = 10_000;
    private const int CallsPerSecond = 5;

    private static readonly DateTimeOffset End = new(TimeProvider.System.GetUtcNow().Date.AddDays(-1), TimeSpan.Zero);
    private static readonly DateTimeOffset Begin = End.AddDays(-Days);

    public static Task RunAsync(TimeSpan duration, int rounds) => MeasureAsync(duration, Sessions);

    /// <summary>The same over a tenth of it, where time or disk are short.</summary>
    public static Task RunTenthAsync(TimeSpan duration, int rounds) => MeasureAsync(duration, Sessions / 10);

    private static async Task MeasureAsync(TimeSpan duration, int sessions)
    {
        await using var host = await TelemetryBenchHost.StartAsync(("Telemetry:Qoe:RollUpRows", "50000"), ("RateLimits:Enabled", "false"));
        var filled = await FillAsync(host.Database, sessions);
        using var channel = GrpcHost.Connect(host.Service.Address.ToString());
        var client = new QoeService.QoeServiceClient(channel);
        var headers = new Metadata { { "authorization", $"Bearer {Identity.Admin.Token()}" } };
        var shapes = Shapes(new Random(7));
        foreach (var (_, request) in shapes)
        {
            await client.GetQoeAsync(request(), headers);
        }

        Console.WriteLine($"{"thirty days",-40}{"p50 ms",10}{"p99 ms",10}{"calls",8}");
        foreach (var (name, request) in shapes)
        {
            var latencies = new LatencyHistogram();
            for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < duration / shapes.Length;)
            {
                latencies.Record(await AskAsync(client, request(), headers));
            }

            Print(name, latencies);
        }

        var mixed = await SteadyAsync(client, headers, shapes, duration);
        Print(string.Create(CultureInfo.InvariantCulture, $"all of them, mixed, {CallsPerSecond} a second"), mixed);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"scenario":"qoe","events":{{(long)sessions * EventsOfSession}},"sessions":{{sessions}},"delta_rows":{{filled.Rows}},"rollup_rows_per_second":{{Report.Round(filled.RowsPerSecond)}},"p50_ms":{{Report.Round(mixed.Milliseconds(0.5))}},"p99_ms":{{Report.Round(mixed.Milliseconds(0.99))}}}"""));
    }

    private static (string Name, Func<GetQoeRequest> Request)[] Shapes(Random random)
    {
        GetQoeRequest Ask(TimeSpan? bucket, Action<GetQoeRequest>? filter = null, DateTimeOffset? from = null, DateTimeOffset? until = null)
        {
            var request = new GetQoeRequest
            {
                From = (from ?? Begin).ToTimestamp(),
                Until = (until ?? End).ToTimestamp(),
                Bucket = bucket is null ? null : Duration.FromTimeSpan(bucket.Value),
            };
            filter?.Invoke(request);
            return request;
        }

        // As likely as it is watched.
        int Rank() => (int)Math.Exp(random.NextDouble() * Math.Log(Titles + 1));
        DateTimeOffset Odd(DateTimeOffset moment, int sign) => moment.AddMinutes(sign * random.Next(1, 1_440));
        var (minute, hour, day) = (TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        return
        [
            ("everything", () => Ask(null)),
            ("everything, from and until any minute", () => Ask(null, null, Odd(Begin, 1), Odd(End, -1))),
            ("everything, by day", () => Ask(day)),
            ("everything, by hour", () => Ask(hour)),
            ("everything, 25 hours by minute", () => Odd(End, -1) is var until ? Ask(minute, null, until.AddHours(-25), until) : null!),
            ("a title", () => Ask(null, ask => ask.TitleId = TitleId(Rank()))),
            ("a title, by day", () => Ask(day, ask => ask.TitleId = TitleId(Rank()))),
            ("the most watched title, by hour", () => Ask(hour, ask => ask.TitleId = TitleId(1))),
            ("the most watched title, any minutes", () => Ask(null, ask => ask.TitleId = TitleId(1), Odd(Begin, 1), Odd(End, -1))),
            ("a title in a country", () => Ask(null, ask => (ask.TitleId, ask.Country) = (TitleId(Rank()), Country(random)))),
            ("the most watched title on a device", () => Ask(null, ask => (ask.TitleId, ask.Device) = (TitleId(1), Device(random)))),
            ("its most watched variant", () => Ask(null, ask => (ask.TitleId, ask.VariantId) = (TitleId(1), VariantId(1)))),
            ("a variant", () => Ask(null, ask => ask.VariantId = VariantId(Rank()))),
            ("a country, by hour", () => Ask(hour, ask => ask.Country = Country(random))),
            ("a device, by hour", () => Ask(hour, ask => ask.Device = Device(random))),
            ("a device, 25 hours by minute", () => Odd(End, -1) is var until ? Ask(minute, ask => ask.Device = Device(random), until.AddHours(-25), until) : null!),
            ("a country and device, by day", () => Ask(day, ask => (ask.Country, ask.Device) = (Country(random), Device(random)))),
            ("a version, any minutes", () => Ask(null, ask => ask.AppVersion = Version(random), Odd(Begin, 1), Odd(End, -1))),
            ("a country, device and version, by hour",
                () => Ask(hour, ask => (ask.Country, ask.Device, ask.AppVersion) = (Country(random), Device(random), Version(random)))),
        ];
    }

    private static async Task<LatencyHistogram> SteadyAsync(
        QoeService.QoeServiceClient client, Metadata headers, (string Name, Func<GetQoeRequest> Request)[] shapes, TimeSpan duration)
    {
        var calls = new List<Task<long>>();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / CallsPerSecond));
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(begin) < duration && await tick.WaitForNextTickAsync(); i++)
        {
            calls.Add(AskAsync(client, shapes[i % shapes.Length].Request(), headers));
        }

        var latencies = new LatencyHistogram();
        foreach (var ticks in await Task.WhenAll(calls))
        {
            latencies.Record(ticks);
        }

        return latencies;
    }

    private static async Task<long> AskAsync(QoeService.QoeServiceClient client, GetQoeRequest request, Metadata headers)
    {
        var begin = Stopwatch.GetTimestamp();
        await client.GetQoeAsync(request, headers);
        return Stopwatch.GetTimestamp() - begin;
    }

    /// <summary>Writes what the events of each day change, and waits until the service has summed it up.</summary>
    private static async Task<(long Rows, double RowsPerSecond)> FillAsync(NpgsqlDataSource database, int sessions)
    {
        var (rows, time) = (0L, TimeSpan.Zero);
        for (var day = 0; day < Days; day++)
        {
            await using var fill = database.CreateCommand(FillDay);
            fill.CommandTimeout = 600;
            fill.Parameters.Add(new() { Value = Begin.AddDays(day).UtcDateTime });
            fill.Parameters.Add(new() { Value = sessions / Days });
            rows += await fill.ExecuteNonQueryAsync();
            var begin = Stopwatch.GetTimestamp();
            await using var left = database.CreateCommand("SELECT EXISTS (SELECT FROM qoe_delta)");
            while ((bool)(await left.ExecuteScalarAsync())!)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }

            time += Stopwatch.GetElapsedTime(begin);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"day {day + 1}: {rows:N0} rows, {rows / time.TotalSeconds:N0} summed up a second"));
        }

        await using var analyze = database.CreateCommand("VACUUM ANALYZE");
        analyze.CommandTimeout = 600;
        await analyze.ExecuteNonQueryAsync();
        return (rows, rows / time.TotalSeconds);
    }

    // Sessions of 1 to 23 minutes, more of them in the evening; each minute that one plays changes one row, its start another.
    private const string FillDay = """
        INSERT INTO qoe_delta
        WITH session AS MATERIALIZED (
            SELECT date_trunc('minute', $1 + interval '24 hours' * sqrt(random())) AS start,
                exp(random() * ln(10001))::integer AS title, exp(random() * ln(4))::integer AS variant, exp(random() * ln(21))::integer AS country,
                exp(random() * ln(6))::integer AS device, exp(random() * ln(6))::integer AS version, 1 + floor(random() * 23)::integer AS minutes,
                exp(ln(1500) + 0.6 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())) AS startup_ms
            FROM generate_series(1, $2)),
        keyed AS (
            SELECT *, ('00000000-0000-7000-8000-' || lpad(title::text, 12, '0'))::uuid AS title_id,
                ('00000000-0000-7000-9000-' || lpad((title * 10 + variant)::text, 12, '0'))::uuid AS variant_id,
                split_part('US DE GB FR BR IN JP NO SE DK ES IT PL NL CA AU MX KR FI AT', ' ', country) AS country_code, 'device' || device AS device_name, version || '.0' AS app_version
            FROM session)
        SELECT start + n * interval '1 minute', title_id, variant_id, country_code, device_name, app_version, -1, 0, (n = 0)::integer, 0, 0, 0,
            (n = minutes - 1 AND minutes > 15)::integer, 58000, 0, (n = 3)::integer, CASE WHEN n = 3 THEN 1500 ELSE 0 END, 0, 0, 58000, 58000 * 4500::bigint,
            (n = 5)::integer, 60000
        FROM keyed, generate_series(0, minutes - 1) n
        UNION ALL
        SELECT start, title_id, variant_id, country_code, device_name, app_version,
            ceil(ln(least(greatest(startup_ms, 1), 3600000)) / ln(1.01 / 0.99))::smallint, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        FROM keyed
        """;

    private static string TitleId(int rank) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-7000-8000-{rank:000000000000}");

    private static string VariantId(int rank) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-7000-9000-{(rank * 10) + 1:000000000000}");

    private static string Country(Random random) => ((string[])["US", "DE", "GB", "NO", "AT"])[random.Next(5)];

    private static string Device(Random random) => string.Create(CultureInfo.InvariantCulture, $"device{random.Next(1, 6)}");

    private static string Version(Random random) => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 6)}.0");

    private static void Print(string name, LatencyHistogram latencies) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name,-40}{latencies.Milliseconds(0.5),10:N1}{latencies.Milliseconds(0.99),10:N1}{latencies.Count,8:N0}"));
}
