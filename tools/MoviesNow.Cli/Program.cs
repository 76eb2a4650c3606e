using System.CommandLine;
using System.CommandLine.Completions;
using MoviesNow.Cli;
using MoviesNow.Cli.Observability;

var root = CommandTree.Create();
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
