using System.CommandLine;
using MoviesNow.Cli;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Demo;
using MoviesNow.Cli.Observability;
using MoviesNow.Cli.Tokens;

var root = new RootCommand("moviesnow: the command line of MoviesNow's administrators.")
{
    CatalogCommand.Create(),
    DemoCommand.Create(),
    TokenCommand.Create(),
};
var parsed = root.Parse(args);
using var trace = CommandTrace.Start(parsed.CommandResult.Command.Name);
return trace.End(await CommandErrors.RunAsync(() => parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false })));
