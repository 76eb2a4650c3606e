using System.CommandLine;
using System.Text.RegularExpressions;
using MoviesNow.Testing.Docs;

namespace MoviesNow.Cli.Tests.Docs;

/// <summary>Command lines of <c>moviesnow</c> in pages.</summary>
internal static partial class DocumentedCommand
{
    private const string Name = "moviesnow ";

    private static readonly RootCommand Tree = CommandTree.Create();

    private static readonly HashSet<string> Verbs = [.. Tree.Subcommands.Select(command => command.Name)];

    private static readonly HashSet<string> Options = [.. OptionsBelow(Tree)];

    /// <summary>Every command line of a page: in blocks of commands, run or not, then in code spans, where the program's name may be left out.</summary>
    public static IEnumerable<string> In(DocPage page) =>
        page.Blocks.Where(block => block.Language is DocBlock.Shell or DocBlock.Setup).SelectMany(block => InShell(block.Text))
            .Concat(page.Spans.Where(span => span.StartsWith(Name, StringComparison.Ordinal)))
            .Concat(page.Spans.Where(span => span.Split(' ') is [var verb, _, ..] && Verbs.Contains(verb)).Select(span => Name + span));

    /// <summary>Options that a page of the command line names by themselves and that no command has.</summary>
    public static IEnumerable<string> UnknownOptionsIn(DocPage page) =>
        page.Spans.Where(span => span.StartsWith("--", StringComparison.Ordinal) && !span.StartsWith("-- ", StringComparison.Ordinal))
            .Select(span => span.Split(' ')[0])
            .Where(option => !Options.Contains(option));

    /// <summary>What does not exist in a command line; null when all does. Values are not looked at.</summary>
    public static string? ProblemOf(string line)
    {
        var words = Word().Matches(line).Select(match => match.Value).Skip(1)
            .Select(word => word.Trim('[', ']').Split('|')[0].TrimEnd('\\'))
            .Where(word => word.Length > 0)
            // FILE and N stand for values; any will do.
            .Select(word => word.All(char.IsAsciiLetterUpper) ? "1" : word)
            .ToArray();
        var parsed = Tree.Parse(words);
        return parsed.UnmatchedTokens is [var unknown, ..] ? unknown
            : parsed.CommandResult.Command.Action is null && !words.Contains("--help", StringComparer.Ordinal) ? "names no command"
            : null;
    }

    private static IEnumerable<string> OptionsBelow(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)).Concat(command.Subcommands.SelectMany(OptionsBelow));

    private static IEnumerable<string> InShell(string text)
    {
        text = text.Replace("\\\n", " ", StringComparison.Ordinal).Replace("dotnet run --project tools/MoviesNow.Cli -- ", Name, StringComparison.Ordinal);
        return Call().Matches(Redirection().Replace(Comment().Replace(text, ""), " "))
            .Select(match => string.Join(' ', Word().Matches(match.Groups["line"].Value).Select(word => word.Value)));
    }

    // From the program's name, where a command may begin, to whatever ends it. Look-ahead, as a command may stand inside of another's argument.
    [GeneratedRegex(
        """(?<=(^|[|;&(]|\b(do|then|else))[ \t]*)(?=(?<line>moviesnow(?= )( +|"([^"\\]|\\.)*"|'[^']*'|\$\([^()]*\)|[^\s"'|;&<>()])+))""",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Call();

    [GeneratedRegex("""("([^"\\]|\\.)*"|'[^']*'|\$\([^()]*\)|[^\s"'])+""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Word();

    [GeneratedRegex("""(?<= )\d?(>>?|<<?)(&\d| *[^\s|;&()]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Redirection();

    [GeneratedRegex("(?<=^|\\s)#.*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Comment();
}
