using System.CommandLine;
using MoviesNow.Cli;
using MoviesNow.Cli.Demo;
using MoviesNow.Cli.Tokens;

var root = new RootCommand("moviesnow: the command line of MoviesNow's administrators.")
{
    DemoCommand.Create(),
    TokenCommand.Create(),
};
return await CommandErrors.RunAsync(() => root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
