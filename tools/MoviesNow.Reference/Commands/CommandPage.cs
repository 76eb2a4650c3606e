using System.CommandLine;
using System.Text;
using MoviesNow.Cli;

namespace MoviesNow.Reference.Commands;

/// <summary>Every command of the command line with what it takes.</summary>
internal static class CommandPage
{
    /// <summary>The page.</summary>
    public static string Of()
    {
        var root = CommandTree.Create();
        var text = new StringBuilder(Markdown.Notice).Append("""
            # Commands of moviesnow

            [The command line](../cli.md) tells how they are used. `--help` prints the same. A word in angle brackets is a value; what stands in
            square brackets may be left out.

            """);
        foreach (var command in Leaves(root, []))
        {
            Append(text, command.Path, command.Command, root);
        }

        return text.ToString();
    }

    private static IEnumerable<(string[] Path, Command Command)> Leaves(Command command, string[] path)
    {
        var below = command.Subcommands.Where(child => !child.Hidden)
            .OrderBy(child => child.Name, StringComparer.Ordinal)
            .SelectMany(child => Leaves(child, [.. path, child.Name]));
        return path.Length > 0 && command.Action is not null ? below.Prepend((path, command)) : below;
    }

    private static void Append(StringBuilder text, string[] path, Command command, RootCommand root)
    {
        var arguments = command.Arguments.Where(argument => !argument.Hidden).ToList();
        text.Append("\n## ").Append(string.Join(' ', path)).Append('\n').Append(Markdown.Prose(command.Description ?? "")).Append("\n\n`moviesnow ")
            .Append(string.Join(' ', path.Concat(arguments.Select(Usage)))).Append("`\n\n");
        var rows = arguments.Select(argument => $"`<{argument.Name}>` | {Markdown.Cell(argument.Description ?? "")}")
            .Concat(Options(command).Select(Row))
            .ToList();
        if (rows.Count > 0)
        {
            text.Append(Markdown.Table("argument, option | meaning", rows));
        }

        // Options that a parent hands down are listed with each command: readers look up one.
        IEnumerable<Option> Options(Command leaf) => leaf.Options
            .Concat(leaf.Parents.OfType<Command>().Where(parent => parent != root).SelectMany(parent => parent.Options.Where(option => option.Recursive)))
            .Where(option => !option.Hidden && option.Name is not ("--help" or "--version"))
            .OrderBy(option => option.Name, StringComparer.Ordinal);
    }

    private static string Usage(Argument argument) => argument.Arity.MinimumNumberOfValues > 0 ? $"<{argument.Name}>" : $"[<{argument.Name}>]";

    private static string Row(Option option)
    {
        var names = string.Join(", ", option.Aliases.Prepend(option.Name).Distinct(StringComparer.Ordinal).Select(name => $"`{name}`"));
        var needed = option.Required ? ". Required" : "";
        return $"{names} | {Markdown.Cell((option.Description ?? "").TrimEnd('.') + needed)}";
    }
}
