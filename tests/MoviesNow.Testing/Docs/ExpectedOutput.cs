using System.Text;
using System.Text.RegularExpressions;

namespace MoviesNow.Testing.Docs;

/// <summary>Output as a page shows it: <c>…</c> stands for anything within a line, a line of it alone for any lines.</summary>
public static class ExpectedOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether the output is what the page shows. Spaces at the ends of lines do not count, nor how many there are between words.</summary>
    public static bool Matches(string shown, string output)
    {
        var pattern = new StringBuilder("^");
        foreach (var line in Lines(shown))
        {
            pattern.Append(line is "…" ? "(.*\n)*?" : string.Join("[^\n]*?", line.Split('…').Select(Regex.Escape)) + "\n");
        }

        return Regex.IsMatch(string.Concat(Lines(output).Select(line => line + "\n")), pattern.Append('$').ToString(), RegexOptions.None, Patience);
    }

    private static IEnumerable<string> Lines(string text) =>
        text.TrimEnd().Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
