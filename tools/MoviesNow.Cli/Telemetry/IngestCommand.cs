using System.CommandLine;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Cli.Telemetry;

/// <summary><c>moviesnow telemetry ingest-log file</c>: takes the CMCD of players out of a CDN's access log.</summary>
internal static class IngestCommand
{
    /// <summary>Exit code when the log was read to its end and something in it was not usable.</summary>
    public const int SomeBad = 3;

    public static Command Create(Func<IConfiguration> configuration)
    {
        var file = new Argument<string>("file") { Description = "Access log of nginx, also with .gz; - for the standard input" };
        var format = new Option<string>("--format")
        {
            Description = "cmcd or json (docs/cmcd.md), combined, or a log_format of nginx with its variables",
            DefaultValueFactory = _ => IngestFormat.Cmcd,
        };
        var fromLine = new Option<long>("--from-line") { Description = "Go on with this line, where an interrupted run says so", DefaultValueFactory = _ => 1 }
            .Within(1);
        var command = new Command(
            "ingest-log", $"Takes the reports of players (CMCD) out of an access log. A log that is read again changes nothing. Exit code {SomeBad} when lines were not usable.")
        {
            file, format, fromLine, CatalogOptions.Json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var lines = IngestFormat.Of(parsed.GetRequiredValue(format));
            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var client = new PlaybackSessionService.PlaybackSessionServiceClient(connections.Connect("telemetry", DevelopmentIdentity.Service));
            var console = new IngestConsole(parsed.InvocationConfiguration, parsed.GetValue(CatalogOptions.Json));
            var reader = new IngestReader(lines, new IngestSender(client), console);
            var total = await reader.RunAsync(parsed.GetRequiredValue(file), parsed.GetValue(fromLine), cancellationToken);
            console.Tell(total);
            return total.BadCount + total.RejectedCount > 0 ? SomeBad : 0;
        });
        return command;
    }
}
