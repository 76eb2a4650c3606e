using System.CommandLine;
using System.CommandLine.Parsing;

namespace MoviesNow.Cli;

/// <summary>What a command is called, without its arguments.</summary>
internal static class CommandPath
{
    /// <summary>The name below the program's, such as <c>title list</c>; the program's when there is no command.</summary>
    public static string Of(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is { Parent: CommandResult parent }; result = parent)
        {
            names.Push(result.Command.Name);
        }

        return names.Count > 0 ? string.Join(' ', names) : parsed.CommandResult.Command.Name;
    }
}
