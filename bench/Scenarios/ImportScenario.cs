extern alias catalog;

using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Bench.Measuring;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using Spectre.Console;
using CatalogProgram = catalog::Program;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// Titles of IMDb's title.basics through the real service into an empty catalogue, against binary COPY of the same columns of the same
/// titles by the same driver, two ways. <c>ratio</c> is held against COPY into tables without indexes and constraints, which is as fast
/// as the database takes rows but leaves a catalogue that cannot be searched. <c>indexed_ratio</c> is held against COPY into tables with
/// the catalogue's indexes and checks, which does the work that an import cannot leave out.
/// </summary>
internal static class ImportScenario
{
    private const int Rounds = 3;
    private const int Samples = 10;

    public static Task RunAsync(TimeSpan duration, int rounds) => RunAsync(100_000, Rounds);

    /// <summary>A million titles once, to see that memory stays flat.</summary>
    public static Task RunMillionAsync(TimeSpan duration, int rounds) => RunAsync(1_000_000, rounds: 1);

    private static async Task RunAsync(int titles, int rounds)
    {
        await using var postgres = await TestPostgres.StartNewAsync();
        await using var garnet = await TestGarnet.StartNewAsync();
        // Compiles what runs, and fills the caches of both.
        await ImportAsync(postgres, garnet, titles: 20_000);
        var (imported, bare, indexed) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        var (memory, bytes) = (new List<double>(), 0L);
        for (var round = 0; round < rounds; round++)
        {
            var (elapsed, samples, database) = await ImportAsync(postgres, garnet, titles);
            imported += elapsed;
            bytes = await StoredAsync(database);
            memory.AddRange(samples);
            bare += await RawCopy.RunAsync(database, withIndexes: false);
            indexed += await RawCopy.RunAsync(database, withIndexes: true);
        }

        Print(titles * rounds, imported, bare, indexed, memory, (double)bytes / titles);
    }

    private static async Task<(TimeSpan Elapsed, List<double> MemoryMegabytes, string Database)> ImportAsync(TestPostgres postgres, TestGarnet garnet, int titles)
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(
                MigrationScript.ReadFrom(typeof(CatalogProgram).Assembly), CancellationToken.None);
        }

        await using var service = new ServiceFactory<CatalogProgram>(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb"] = database,
            ["ConnectionStrings:redis"] = garnet.ConnectionString,
            ["Logging:LogLevel:Default"] = "Warning",
        });
        var client = new ImportService.ImportServiceClient(service.As(Identity.Admin));
        var memory = new List<double>();
        var clock = Stopwatch.StartNew();
        using var call = client.ImportCatalog();
        await call.RequestStream.WriteAsync(new() { Header = new() { ImportId = Guid.CreateVersion7().ToString(), Format = ImportFormat.ImdbTitleBasics } });
        foreach (var (chunk, done) in ImdbTitles.Chunks(titles))
        {
            await call.RequestStream.WriteAsync(new() { Data = UnsafeByteOperations.UnsafeWrap(chunk) });
            while (done >= (memory.Count + 1L) * titles / Samples)
            {
                memory.Add(Environment.WorkingSet / 1e6);
            }
        }

        await call.RequestStream.CompleteAsync();
        var import = (await call).Import;
        return import.CreatedCount == titles && import.RejectedCount == 0
            ? (clock.Elapsed, memory, database)
            : throw new InvalidOperationException($"Of {titles} titles {import.CreatedCount} were created and {import.RejectedCount} rejected.");
    }

    /// <summary>Bytes of all tables with their indexes.</summary>
    private static async Task<long> StoredAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_stat_user_tables");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static void Print(int titles, TimeSpan imported, TimeSpan bare, TimeSpan indexed, List<double> memory, double bytesPerTitle)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("workload", "titles/s", "import's ratio");
        foreach (var (name, elapsed) in (ReadOnlySpan<(string, TimeSpan)>)[("import", imported), ("raw COPY, no indexes", bare), ("raw COPY, same indexes", indexed)])
        {
            table.AddRow(name, Text(titles / elapsed.TotalSeconds, "N0"), Text(elapsed / imported, "N3"));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"working set of client and service while sending, MB: {string.Join(' ', memory.Select(sample => Text(sample, "N0")))}");
        Console.WriteLine(new JsonObject
        {
            ["scenario"] = "import",
            ["rate"] = Report.Round(titles / imported.TotalSeconds),
            ["unit"] = "titles/s",
            ["baseline"] = Report.Round(titles / bare.TotalSeconds),
            ["ratio"] = Report.Round(bare / imported),
            ["indexed_baseline"] = Report.Round(titles / indexed.TotalSeconds),
            ["indexed_ratio"] = Report.Round(indexed / imported),
            ["peak_working_set_mb"] = Report.Round(memory.Max()),
            ["bytes_per_title"] = Report.Round(bytesPerTitle),
            ["first_working_set_mb"] = Report.Round(memory[0]),
        }.ToJsonString());
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
