using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace MoviesNow.Cli.Telemetry;

/// <summary>The commands on quality of experience.</summary>
internal static class QualityCommands
{
    /// <param name="root">Gets the commands.</param>
    /// <param name="configuration">Where the telemetry service is; asked when a command runs.</param>
    public static void AddTo(RootCommand root, Func<IConfiguration> configuration)
    {
        root.Add(QoeCommand.Create(configuration));
        root.Add(LiveCommand.Create(configuration));
    }
}
