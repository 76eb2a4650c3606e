using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;

namespace MoviesNow.Cli.Tests.Catalog;

public sealed class MessageOutputTests
{
    private static readonly Title Film = new()
    {
        Id = "0192f0c1-0000-7000-8000-000000000001",
        Kind = TitleKind.Movie,
        Name = "The [red]Harbour[/]",
        Synopsis = "Ships.\nMore ships.",
        OriginalLanguage = "de",
        ReleaseYear = 1999,
        State = TitleState.Published,
        DurationMs = 8_160_000,
        Genres = { "drama", "sci-fi" },
        Etag = "3",
        CreateTime = new Timestamp { Seconds = 1_767_225_600 },
        Availability = new Availability { From = new Timestamp { Seconds = 1_767_225_600 }, CountryRule = CountryRule.Include, Countries = { "NO", "SE" } },
        ExternalIds = { new ExternalId { Scheme = ExternalIdScheme.Imdb, Value = "tt0133093" } },
    };

    private static readonly Title Series = new() { Id = "0192f0c1-0000-7000-8000-000000000002", Kind = TitleKind.Series, Name = "Fog", State = TitleState.Draft };

    [Fact]
    public void List_ForPeople_IsATable() => Assert.Equal(
        """
        ID                                    KIND    NAME                 RELEASE YEAR  GENRES         FROM
        0192f0c1-0000-7000-8000-000000000001  movie   The [red]Harbour[/]  1999          drama, sci-fi  2026-01-01 00:00:00Z
        0192f0c1-0000-7000-8000-000000000002  series  Fog

        """,
        Written(json: false, output => output.List([Film, Series], ["id", "kind", "name", "release_year", "genres", "availability.from"])));

    [Fact]
    public void Show_ForPeople_TellsEveryFieldThatIsStated() => Assert.Equal(
        """
        id                 0192f0c1-0000-7000-8000-000000000001
        kind               movie
        name               The [red]Harbour[/]
        synopsis           Ships.
                           More ships.
        original language  de
        release year       1999
        state              published
        from               2026-01-01 00:00:00Z
        country rule       include
        countries          NO, SE
        create time        2026-01-01 00:00:00Z
        etag               3
        genres             drama, sci-fi
        duration           2h16m
        external ids       imdb:tt0133093
        adult              no

        """,
        Written(json: false, output => output.Show(Film)));

    [Fact]
    public void List_ForScripts_IsOneObjectALine()
    {
        var lines = Written(json: true, output => output.List([Film, Series], ["id"])).Split('\n');

        Assert.Equal([Film, Series], lines[..2].Select(JsonParser.Default.Parse<Title>));
        Assert.Equal("", lines[2]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Output_TextThatActsOnTerminals_IsMadeHarmless(bool json)
    {
        var hostile = new Title { Name = "a\u001b[2Jb\u0007c\u009bd\u202ee\u2066f\r", Synopsis = "x\u001b]0;title\u0007\ny\r\u2028z", Genres = { "\u001b[31m" } };

        var written = Written(json, output => output.Show(hostile)) + Written(json, output => output.List([hostile], ["name", "synopsis", "genres"]));

        Assert.DoesNotContain(written.Replace("\n", "", StringComparison.Ordinal), character => char.IsControl(character) || character is '\u202e' or '\u2066' or '\u2028');
        Assert.Contains("\\u001b[2jb", written.ToLowerInvariant(), StringComparison.Ordinal);
    }

    private static string Written(bool json, Action<MessageOutput> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(new MessageOutput(writer, json));

        // Cells are padded to the width of their column.
        return string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd(' ')));
    }
}
