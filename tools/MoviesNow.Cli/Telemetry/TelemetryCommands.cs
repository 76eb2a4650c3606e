using System.CommandLine;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Catalog;

namespace MoviesNow.Cli.Telemetry;

/// <summary>The commands on what is known of playback.</summary>
internal static class TelemetryCommands
{
    /// <param name="root">Gets the commands.</param>
    /// <param name="configuration">Where the telemetry service is; asked when a command runs.</param>
    /// <param name="prompt">Asks the user; at the console when null.</param>
    public static void AddTo(RootCommand root, Func<IConfiguration> configuration, Prompt? prompt = null)
    {
        QualityCommands.AddTo(root, configuration);
        root.Add(ViewerCommand.Create(configuration, prompt ?? Prompt.OfConsole));
        root.Add(RejectedCommand.Create(configuration));
        root.Add(TelemetryCommand.Create(configuration));
    }
}
