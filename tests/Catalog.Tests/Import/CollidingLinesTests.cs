using System.Globalization;
using System.Text;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Import;

/// <summary>
/// Files of all formats whose lines are about the same few ids, in any order: parents that come later or are their own children, ids of films that
/// are those of episodes elsewhere, ids that two rows claim.
/// </summary>
public sealed class CollidingLinesTests(OwnCatalog catalog) : IClassFixture<OwnCatalog>
{
    private const int Files = 60;
    private const int LinesOfAFile = 40;

    private static readonly ImportFormat[] Formats =
        [ImportFormat.JsonLines, ImportFormat.JsonLines, ImportFormat.ImdbTitleBasics, ImportFormat.ImdbTitleEpisode, ImportFormat.TmdbJson];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Import_LinesAboutTheSameFewIds_CountsEveryLineAndLeavesAWholeCatalogue(int seed)
    {
        var (replica, _, _) = await catalog.CreateAsync();
        var lines = new Lines(new Random(seed));
        for (var file = 0; file < Files; file++)
        {
            var format = lines.Pick(Formats);
            var text = lines.File(format, LinesOfAFile);

            var import = await replica.Admin.ImportAsync(format, text);

            Assert.True(import.State is ImportState.Completed, text);
            Assert.Equal(
                LinesOfAFile, import.CreatedCount + import.UpdatedCount + import.UnchangedCount + import.SkippedCount + import.RejectedCount);
        }

        var export = await replica.Admin.ExportAsync();
        var again = await replica.Admin.ImportAsync(ImportFormat.JsonLines, export);
        Assert.Equal((0, 0, export.Count(c => c == '\n'), 0, 0), again.Counts());
        Assert.Equal(export, await replica.Admin.ExportAsync());
    }

    private sealed class Lines(Random random)
    {
        private readonly string[] _ids = [.. Enumerable.Range(0, 8).Select(_ => Samples.NewId().ToString())];

        public T Pick<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];

        public string File(ImportFormat format, int lines)
        {
            var file = new StringBuilder(format switch
            {
                ImportFormat.ImdbTitleBasics => ImdbImportTests.BasicsHeading,
                ImportFormat.ImdbTitleEpisode => ImdbImportTests.EpisodeHeading,
                _ => "",
            });
            for (var line = 0; line < lines; line++)
            {
                file.Append(LineOf(format)).Append('\n');
            }

            return file.ToString();
        }

        private string LineOf(ImportFormat format) => format switch
        {
            ImportFormat.ImdbTitleBasics =>
                string.Join('\t', Imdb(), Pick(["movie", "tvSeries", "tvEpisode", "videoGame"]), Name(), Name(), "0", Pick(["2000", "\\N"]), "\\N", "45", "Drama"),
            ImportFormat.ImdbTitleEpisode => $"{Imdb()}\t{Imdb()}\t{Number()}\t{Number()}",
            ImportFormat.TmdbJson => $$"""{"id":{{Digit()}},"{{Pick(["title", "name"])}}":"{{Name()}}","imdb_id":"{{Pick(["", Imdb(), Imdb()])}}"}""",
            _ => random.Next(3) switch
            {
                0 => new CatalogRecord
                {
                    Title = new()
                    {
                        Id = Pick(["", Id(), Id()]),
                        Kind = Pick([TitleKind.Movie, TitleKind.Series, TitleKind.Series]),
                        Name = Name(),
                        ExternalIds = { ExternalIds("tv") },
                    },
                }.ToString(),
                1 => new CatalogRecord { Season = new() { Id = Pick(["", Id()]), TitleId = Id(), Number = random.Next(3), Name = Name() } }.ToString(),
                _ => new CatalogRecord
                {
                    Episode = new() { Id = Pick(["", Id()]), SeasonId = Id(), Number = random.Next(3), Name = Name(), ExternalIds = { ExternalIds("episode") } },
                }.ToString(),
            },
        };

        private IEnumerable<ExternalId> ExternalIds(string tmdbKind)
        {
            if (random.Next(2) == 0)
            {
                yield return new ExternalId { Scheme = ExternalIdScheme.Imdb, Value = Imdb() };
            }

            if (random.Next(3) == 0)
            {
                yield return new ExternalId { Scheme = ExternalIdScheme.Tmdb, Value = $"{tmdbKind}/{Digit()}" };
            }
        }

        private string Id() => Pick(_ids);

        private string Imdb() => $"tt000000{Digit()}";

        private string Digit() => random.Next(1, 8).ToString(CultureInfo.InvariantCulture);

        private string Name() => $"Name {Digit()}";

        private string Number() => Pick(["0", "1", "2", "\\N"]);
    }
}
