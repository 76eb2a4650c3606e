using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace MoviesNow.Cli.Telemetry;

/// <summary><c>moviesnow telemetry</c>: what was played, from sources other than players.</summary>
internal static class TelemetryCommand
{
    /// <param name="configuration">Where the telemetry service is; asked when a command runs.</param>
    public static Command Create(Func<IConfiguration> configuration) =>
        new("telemetry", "Takes in what was played, from sources other than players.") { IngestCommand.Create(configuration) };
}
