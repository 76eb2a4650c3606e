using System.Text.RegularExpressions;

namespace MoviesNow.ServiceDefaults.Tests.Redis;

/// <summary>The page about keys, and the sources: what one step needs is on one node of a cluster.</summary>
public sealed partial class RedisKeysTests
{
    private static readonly string Root = RepositoryRoot();

    [Fact]
    public void KeysOfSources_AreThoseOfThePage()
    {
        var documented = Documented().ToHashSet(StringComparer.Ordinal);

        // Values that the source puts in are names on the page: what stands before them must agree.
        Assert.All(InSources(), key => Assert.Contains(documented, name => name.StartsWith(key.Prefix, StringComparison.Ordinal)));
        Assert.All(documented, name => Assert.Contains(InSources(), key => name.StartsWith(key.Prefix, StringComparison.Ordinal)));
    }

    [Fact]
    public void KeysWithValues_HaveOneHashTagThatIsNotEmpty()
    {
        var withValues = Documented().Where(key => key.Contains('{', StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(withValues);
        Assert.All(withValues, key => Assert.Matches(@"^mn:[a-z-]+(:[a-z-]+)*:\{[^{}]+\}(:\{[^{}]+\})?$", key));

        // In the source the tag's braces are doubled, as in all interpolated strings.
        Assert.All(InSources().Where(key => key.Text.Contains('{', StringComparison.Ordinal)), key => Assert.Contains("{{{", key.Text));
    }

    [Fact]
    public void Scripts_TakeOneKeyEach()
    {
        var scripts = Sources().Where(source => source.Text.Contains("redis.call(", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(scripts);
        Assert.All(scripts, source =>
        {
            Assert.DoesNotContain("KEYS[2]", source.Text, StringComparison.Ordinal);
            Assert.All(Called().Matches(source.Text), call => Assert.Equal("KEYS[1]", call.Groups["key"].Value));
        });
    }

    /// <summary>Reads must see what was written: no command asks replicas.</summary>
    [Fact]
    public void Commands_AskPrimaries() =>
        Assert.All(Sources(), source => Assert.DoesNotMatch("PreferReplica|DemandReplica", source.Text));

    private static IEnumerable<string> Documented() =>
        from line in File.ReadLines(Path.Combine(Root, "docs", "redis-keys.md"))
        where line.StartsWith("| `mn:", StringComparison.Ordinal)
        select line.Split('`')[1];

    private static IEnumerable<(string Text, string Prefix)> InSources() =>
        from source in Sources()
        from Match match in Literal().Matches(source.Text)
        let text = match.Groups["key"].Value
        // The channel of the title cache is no key.
        where text != "mn:catalog:titles"
        select (text, text.Split('{')[0]);

    private static IEnumerable<(string Path, string Text)> Sources() =>
        from folder in new[] { "services", "MoviesNow.ServiceDefaults" }
        from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        select (path, File.ReadAllText(path));

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "MoviesNow.sln")))
        {
            directory = directory.Parent!;
        }

        return directory.FullName;
    }

    [GeneratedRegex("\"(?<key>mn:[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"redis\.call\('(?!TIME)[A-Z]+', ?(?<key>[^,)]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Called();
}
