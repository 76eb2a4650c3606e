using MoviesNow.Testing.Docs;

namespace MoviesNow.Cli.Tests.Docs;

/// <summary>Commands and options that pages name exist.</summary>
public sealed class DocumentedCommandsTests
{
    [Fact]
    public void CommandLines_OfAllPages_Parse()
    {
        var pages = DocPage.All().ToList();
        var written = pages.SelectMany(page => DocumentedCommand.In(page).Select(line => (page.Path, Line: line))).ToList();

        Assert.True(written.Count > 50, $"{written.Count} command lines were found.");
        var wrong = written.Select(one => (one.Path, one.Line, Problem: DocumentedCommand.ProblemOf(one.Line))).Where(one => one.Problem is not null);
        Assert.Equal([], wrong.Select(one => $"{one.Path}: {one.Line}: {one.Problem}"));
    }

    [Theory]
    [InlineData("docs/cli.md")]
    [InlineData("docs/import.md")]
    [InlineData("docs/packaging.md")]
    public void Options_OfThePagesOfTheCommandLine_Exist(string path)
    {
        var page = DocPage.All().Single(page => string.Equals(page.Path, path, StringComparison.Ordinal));

        Assert.Equal([], DocumentedCommand.UnknownOptionsIn(page));
    }

    [Theory]
    [InlineData("moviesnow title list --json", null)]
    [InlineData("moviesnow upload <file> --title <title>", null)]
    [InlineData("moviesnow token admin|service|viewer", null)]
    [InlineData("moviesnow sweep [--dry-run]", null)]
    [InlineData("moviesnow --help", null)]
    [InlineData("moviesnow title lst", "lst")]
    [InlineData("moviesnow titles", "titles")]
    [InlineData("moviesnow title list --jsn", "--jsn")]
    [InlineData("moviesnow title", "names no command")]
    public void ProblemOf_ACommandLine_IsWhatDoesNotExist(string line, string? expected) => Assert.Equal(expected, DocumentedCommand.ProblemOf(line));

    [Fact]
    public void In_APage_FindsCommandsWhereverTheyStand()
    {
        var page = new DocPage("page.md", """
            The command `moviesnow lint <title>` is told of, and `title list`.
            ```sh
            id=$(moviesnow title create --name "A | B" --json | jq -r .id)   # moviesnow would not
            dotnet run --project tools/MoviesNow.Cli -- title show $id \
              --json > title.json
            moviesnow download $id --token "$(moviesnow token mint $id)"
            kubectl -n moviesnow get pods
            ```
            """);

        Assert.Equal(
            [
                "moviesnow title create --name \"A | B\" --json",
                "moviesnow title show $id --json",
                "moviesnow download $id --token \"$(moviesnow token mint $id)\"",
                "moviesnow token mint $id",
                "moviesnow lint <title>",
                "moviesnow title list",
            ],
            DocumentedCommand.In(page));
    }
}
