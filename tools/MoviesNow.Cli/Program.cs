using System.CommandLine;
using System.CommandLine.Completions;
using MoviesNow.Cli;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Completion;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Demo;
using MoviesNow.Cli.Observability;
using MoviesNow.Cli.Sweep;
using MoviesNow.Cli.Telemetry;

var root = new RootCommand("moviesnow: the command line of MoviesNow's administrators.")
{
    CatalogCommand.Create(),
    SweepCommand.Create(CliConfiguration.Load),
    DemoCommand.Create(),
    CompletionCommand.Create(),
};
CatalogCommands.AddTo(root, CliConfiguration.Load);
TelemetryCommands.AddTo(root, CliConfiguration.Load);
var parsed = root.Parse(args);
var configuration = new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    // After Ctrl-C commands say how to go on; a busy machine needs its time for that.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
};
if (parsed.GetResult(root.Directives.OfType<SuggestDirective>().Single()) is not null)
{
    // A shell asks this at every tab: it is no command to trace.
    return await CommandErrors.RunAsync(parsed, configuration);
}

using var trace = CommandTrace.Start(CommandPath.Of(parsed));
return trace.End(await CommandErrors.RunAsync(parsed, configuration));
