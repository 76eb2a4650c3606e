using System.CommandLine;
using MoviesNow.Cli;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Completion;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Demo;
using MoviesNow.Cli.Observability;
using MoviesNow.Cli.Tokens;

var root = new RootCommand("moviesnow: the command line of MoviesNow's administrators.")
{
    CatalogCommand.Create(),
    DemoCommand.Create(),
    TokenCommand.Create(),
    CompletionCommand.Create(),
};
CatalogCommands.AddTo(root, CliConfiguration.Load);
var parsed = root.Parse(args);
using var trace = CommandTrace.Start(parsed.CommandResult.Command.Name);
return trace.End(await CommandErrors.RunAsync(parsed, new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
