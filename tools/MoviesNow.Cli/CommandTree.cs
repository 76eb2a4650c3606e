using System.CommandLine;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Completion;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Demo;
using MoviesNow.Cli.Sweep;
using MoviesNow.Cli.Telemetry;

namespace MoviesNow.Cli;

/// <summary>Every command of the command line.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var root = new RootCommand("moviesnow: the command line of MoviesNow's administrators.")
        {
            CatalogCommand.Create(),
            SweepCommand.Create(CliConfiguration.Load),
            DemoCommand.Create(),
            CompletionCommand.Create(),
        };
        CatalogCommands.AddTo(root, CliConfiguration.Load);
        TelemetryCommands.AddTo(root, CliConfiguration.Load);
        return root;
    }
}
