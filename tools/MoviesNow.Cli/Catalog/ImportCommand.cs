using System.CommandLine;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;

namespace MoviesNow.Cli.Catalog;

/// <summary><c>moviesnow catalog import file</c>: sends a file, or the rest of one that was interrupted.</summary>
internal static class ImportCommand
{
    /// <summary>Exit code when the file was read to its end and some of its lines were rejected.</summary>
    public const int SomeRejected = 3;

    private static readonly Dictionary<string, ImportFormat> Formats = new(StringComparer.Ordinal)
    {
        ["json"] = ImportFormat.JsonLines,
        ["imdb-basics"] = ImportFormat.ImdbTitleBasics,
        ["imdb-episode"] = ImportFormat.ImdbTitleEpisode,
        ["tmdb"] = ImportFormat.TmdbJson,
    };

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "JSON Lines, title.basics.tsv, title.episode.tsv or TMDB's JSON Lines; also with .gz" };
        var format = new Option<string?>("--format") { Description = $"{string.Join(", ", Formats.Keys)}; told from the first line when absent" };
        format.AcceptOnlyFromAmong([.. Formats.Keys]);
        var again = new Option<bool>("--again") { Description = "Begin again with a file that was imported before, in whole or in part" };
        var rejected = new Option<string?>("--rejected") { Description = "Write all rejected lines to this file, as JSON Lines" };
        var json = new Option<bool>("--json") { Description = "Print the import as JSON" };
        var command = new Command("import", $"Imports a file; the same command goes on with one that was interrupted. Exit code {SomeRejected} when lines were rejected.")
        {
            file, format, again, rejected, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(CliConfiguration.Load(), Console.Error);
            var imports = new ImportService.ImportServiceClient(connections.Connect("catalog", DevelopmentIdentity.Admin));
            var source = await ImportSource.OpenAsync(parsed.GetRequiredValue(file), FormatOf(parsed.GetValue(format)), cancellationToken);
            var console = ImportConsole.Create(parsed.GetValue(json));
            var import = await console.WatchAsync(source, progress =>
                new FileImporter(imports, progress).RunAsync(source, parsed.GetValue(again), cancellationToken));
            var report = new RejectionReport(imports, import.Id);
            await console.TellAsync(import, report, cancellationToken);
            if (parsed.GetValue(rejected) is { } path)
            {
                await report.WriteAsync(path, cancellationToken);
            }

            return import.RejectedCount > 0 ? SomeRejected : 0;
        });
        return command;
    }

    private static ImportFormat FormatOf(string? name) => name is null ? ImportFormat.Unspecified : Formats[name];
}
