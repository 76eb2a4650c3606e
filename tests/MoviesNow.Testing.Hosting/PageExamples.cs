using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace MoviesNow.Testing.Hosting;

/// <summary>Code blocks of a page of the documentation that lies beside the tests, so that they run what it says.</summary>
public static class PageExamples
{
    /// <summary>The only block of a language that has a word in it.</summary>
    /// <exception cref="InvalidOperationException">There is none, or there are several.</exception>
    public static string Block(string page, string language, string word) => Regex.Matches(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, page)),
        $"^```{language}\n(?<code>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1)).Single(block => block.Value.Contains(word, StringComparison.OrdinalIgnoreCase)).Groups["code"].Value;

    /// <summary>The only block of JSON that has a word in it, as settings.</summary>
    public static Dictionary<string, string?> Settings(string page, string word) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Block(page, "json", word))))
        .Build()
        .AsEnumerable()
        .Where(setting => setting.Value is not null)
        .ToDictionary(StringComparer.Ordinal);
}
