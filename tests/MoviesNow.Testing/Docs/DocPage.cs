using System.Text.RegularExpressions;

namespace MoviesNow.Testing.Docs;

/// <summary>A Markdown file of the repository.</summary>
/// <param name="path">Its path from the root of the checkout.</param>
/// <param name="text">Its text.</param>
public sealed partial class DocPage(string path, string text)
{
    // What is installed, built or generated, or no page of ours.
    private static readonly HashSet<string> Passed = new(StringComparer.Ordinal)
    {
        ".git", ".moviesnow", ".vitepress", "artifacts", "bin", "dist", "node_modules", "obj", "reference",
    };

    /// <summary>The root of the checkout.</summary>
    public static string Repository => TestServerDirectory.Repository;

    /// <summary>Its path from the root of the checkout.</summary>
    public string Path { get; } = path;

    /// <summary>Its blocks and setup comments, in their order.</summary>
    public IReadOnlyList<DocBlock> Blocks { get; } = [.. Parse(text)];

    /// <summary>Code spans outside of blocks.</summary>
    public IReadOnlyList<string> Spans { get; } = [.. Span().Matches(Prose(text)).Select(match => match.Groups["code"].Value)];

    /// <summary>Every page of the repository that somebody wrote.</summary>
    public static IEnumerable<DocPage> All() => Files(new DirectoryInfo(Repository))
        .Select(file => System.IO.Path.GetRelativePath(Repository, file.FullName))
        .Order(StringComparer.Ordinal)
        .Select(file => new DocPage(file, File.ReadAllText(System.IO.Path.Combine(Repository, file))));

    private static IEnumerable<FileInfo> Files(DirectoryInfo directory) =>
        directory.EnumerateFiles("*.md").Concat(directory.EnumerateDirectories().Where(child => !Passed.Contains(child.Name)).SelectMany(Files));

    private static IEnumerable<DocBlock> Parse(string text)
    {
        var (fence, info, first, lines) = ("", "", 0, new List<string>());
        foreach (var (index, line) in text.Split('\n').Index())
        {
            if (fence.Length > 0)
            {
                if (IsEnd(line, fence))
                {
                    yield return new DocBlock(first, info, string.Join('\n', lines));
                    fence = "";
                }
                else
                {
                    lines.Add(line);
                }
            }
            else if (Begin().Match(line) is { Success: true } begin)
            {
                (fence, info, first, lines) = (begin.Groups["fence"].Value, begin.Groups["info"].Value.Trim(), index + 2, new List<string>());
            }
        }

        if (fence.Length > 0)
        {
            throw new FormatException($"The block at line {first} has no end.");
        }
    }

    private static bool IsEnd(string line, string fence) => fence[0] is '<'
        ? string.Equals(line, "-->", StringComparison.Ordinal)
        : line.Trim() is { } trimmed && trimmed.Length >= fence.Length && trimmed.All(character => character == '`');

    private static string Prose(string text) => Fenced().Replace(text, "");

    // A setup comment is a block whose fence is the comment's.
    [GeneratedRegex("^ *((?<fence>`{3,})(?<info>[^`]*)|(?<fence><!-- )(?<info>setup))$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Begin();

    [GeneratedRegex(
        "^ *(?<fence>`{3,}).*?^ *\\k<fence>`*$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Fenced();

    [GeneratedRegex("(?<!`)`(?<code>[^`\n]+)`(?!`)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Span();
}
