using System.Text;

namespace MoviesNow.Reference;

/// <summary>Text as Markdown, which the site also reads as a Vue template.</summary>
internal static class Markdown
{
    /// <summary>What stands at the top of a generated page.</summary>
    public const string Notice = "<!-- Generated: dotnet run --project tools/MoviesNow.Reference -->\n";

    /// <summary>Prose in which code is quoted with backticks: angle brackets and double braces outside of code are only that.</summary>
    public static string Prose(string text) => string.Join('`', text.Split('`').Select((part, index) => index % 2 == 0 ? Escape(part) : part));

    /// <summary>Prose as a cell of a table.</summary>
    public static string Cell(string text) => Prose(text).Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ").Trim();

    /// <summary>Code as a cell of a table.</summary>
    public static string CodeCell(string text) => text.Length == 0 ? "" : $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";

    /// <summary>The anchor that both the site and a forge give a heading of letters, digits and hyphens.</summary>
    public static string Anchor(string heading) => heading.ToLowerInvariant().Replace('.', '-');

    /// <summary>A table.</summary>
    public static string Table(string heads, IEnumerable<string> rows)
    {
        var text = new StringBuilder().Append("| ").Append(heads).Append(" |\n|").Append(string.Concat(heads.Split('|').Select(_ => "---|"))).Append('\n');
        foreach (var row in rows)
        {
            text.Append("| ").Append(row).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Escape(string text) => text
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("{{", "{&#123;", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal);
}
