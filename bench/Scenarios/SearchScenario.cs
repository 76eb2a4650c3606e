extern alias catalog;

using System.Diagnostics;
using System.Globalization;
using catalog::MoviesNow.Catalog.Titles;
using MoviesNow.Bench.Measuring;
using MoviesNow.Catalog.V1;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// Searches over a large catalogue at a steady rate, whether or not earlier ones are answered: whole names, beginnings, common words,
/// words in another order, typing errors, what is not there.
/// </summary>
internal static class SearchScenario
{
    private const int CallsPerSecond = 50;
    private const int Vocabulary = 4_000;

    private static readonly string[] Syllables =
        ["ba", "cor", "da", "el", "fin", "gar", "ho", "il", "jun", "ka", "lor", "mi", "nor", "o", "pel", "qua", "ri", "sto", "ta", "ul", "ver", "wen", "xi", "yor", "zan"];

    public static Task RunAsync(TimeSpan duration, int rounds) => RunAsync(duration, titles: 100_000, CallsPerSecond);

    /// <summary>The same over a million titles and a fifth as often, to see how it grows.</summary>
    public static Task RunMillionAsync(TimeSpan duration, int rounds) => RunAsync(duration, titles: 1_000_000, CallsPerSecond / 5);

    private static async Task RunAsync(TimeSpan duration, int titles, int callsPerSecond)
    {
        await using var host = await CatalogHost.StartAsync();
        var random = new Random(7);
        var words = Enumerable.Range(0, Vocabulary).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => Pick(random, Syllables)))).ToArray();
        var names = Enumerable.Range(0, titles).Select(_ => Name(random, words)).ToArray();
        await FillAsync(host.Database, names);

        using var channel = GrpcHost.Connect(host.Service.Address.ToString());
        var client = new TitleService.TitleServiceClient(channel);
        (string Kind, Func<string> Query)[] kinds =
        [
            ("whole name", () => Pick(random, names)),
            ("beginning of a name", () => Pick(random, names) is var name ? name[..Math.Min(name.Length, random.Next(3, 10))] : ""),
            ("common word", () => Pick(random, ["the", "of", "and", "the of"])),
            ("one or two letters", () => Pick(random, words)[..random.Next(1, 3)]),
            ("words in another order", () => string.Join(' ', Pick(random, names).Split(' ').Reverse())),
            ("typing error", () => Misspell(random, Pick(random, names))),
            ("not there", () => $"xqz{random.Next(1_000_000)}"),
        ];
        await SteadyAsync(client, [.. kinds.Select(kind => kind.Query)], callsPerSecond, TimeSpan.FromSeconds(5), new LatencyHistogram());

        Console.WriteLine($"{"query",-24}{"p50 ms",10}{"p99 ms",10}{"calls",8}");
        var all = new LatencyHistogram();
        foreach (var (kind, query) in kinds)
        {
            var latencies = new LatencyHistogram();
            await SteadyAsync(client, [query], callsPerSecond, duration / kinds.Length, latencies);
            all.Add(latencies);
            Print(kind, latencies);
        }

        var mixed = new LatencyHistogram();
        await SteadyAsync(client, [.. kinds.Select(kind => kind.Query)], callsPerSecond, duration, mixed);
        Print("all of them, mixed", mixed);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"scenario":"search","titles":{{titles}},"calls_per_second":{{callsPerSecond}},"p50_ms":{{Report.Round(mixed.Milliseconds(0.5))}},"p99_ms":{{Report.Round(mixed.Milliseconds(0.99))}}}"""));
    }

    private static void Print(string kind, LatencyHistogram latencies) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{kind,-24}{latencies.Milliseconds(0.5),10:N1}{latencies.Milliseconds(0.99),10:N1}{latencies.Count,8:N0}"));

    private static async Task SteadyAsync(TitleService.TitleServiceClient client, Func<string>[] queries, int callsPerSecond, TimeSpan duration, LatencyHistogram latencies)
    {
        var calls = new List<Task<long>>();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / callsPerSecond));
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(begin) < duration && await tick.WaitForNextTickAsync(); i++)
        {
            calls.Add(SearchAsync(client, queries[i % queries.Length]()));
        }

        foreach (var ticks in await Task.WhenAll(calls))
        {
            latencies.Record(ticks);
        }
    }

    private static async Task<long> SearchAsync(TitleService.TitleServiceClient client, string query)
    {
        var begin = Stopwatch.GetTimestamp();
        await client.SearchTitlesAsync(new SearchTitlesRequest { Query = query });
        return Stopwatch.GetTimestamp() - begin;
    }

    private static string Name(Random random, string[] words)
    {
        // Few words are in many names, most words in few.
        string Word() => words[(int)(Math.Pow(random.NextDouble(), 3) * words.Length)];
        return random.Next(5) switch
        {
            0 => $"The {Word()} of {Word()}",
            1 => $"{Word()} and {Word()}",
            2 => $"The {Word()}",
            3 => $"{Word()} {Word()} {Word()}",
            _ => $"{Word()} {random.Next(1, 9)}",
        };
    }

    private static string Misspell(Random random, string name)
    {
        var at = random.Next(1, name.Length - 1);
        return name[..at] + name[(at + 1)..];
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];

    private static async Task FillAsync(NpgsqlDataSource database, string[] names)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using (var copy = await connection.BeginBinaryImportAsync("""
            COPY title (id, kind, name, name_key, display_key, name_keys, search_text, synopsis, original_language, release_year, state, country_rule, countries, created_at, updated_at)
            FROM STDIN (FORMAT BINARY)
            """))
        {
            var now = DateTimeOffset.UnixEpoch.AddYears(50);
            foreach (var name in names)
            {
                var title = new Title { Name = name };
                var keys = TitleName.SearchKeys(title);
                await copy.StartRowAsync();
                await copy.WriteAsync(Guid.CreateVersion7(now));
                await copy.WriteAsync("Movie");
                await copy.WriteAsync(name);
                await copy.WriteAsync(TitleName.SortKey(title));
                await copy.WriteAsync(TitleName.DisplayKey(title));
                await copy.WriteAsync(keys);
                await copy.WriteAsync(TitleName.SearchText(keys));
                await copy.WriteAsync("");
                await copy.WriteAsync("en");
                await copy.WriteAsync(2000);
                await copy.WriteAsync("Published");
                await copy.WriteAsync("Unspecified");
                await copy.WriteAsync(Array.Empty<string>());
                await copy.WriteAsync(now, NpgsqlDbType.TimestampTz);
                await copy.WriteAsync(now, NpgsqlDbType.TimestampTz);
            }

            await copy.CompleteAsync();
        }

        await using var analyze = new NpgsqlCommand("VACUUM ANALYZE title", connection) { CommandTimeout = 600 };
        await analyze.ExecuteNonQueryAsync();
    }
}
