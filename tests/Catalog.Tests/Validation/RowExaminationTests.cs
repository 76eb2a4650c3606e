using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation;
using MoviesNow.Catalog.Validation.Rows;

namespace MoviesNow.Catalog.Tests.Validation;

public sealed class RowExaminationTests
{
    public static TheoryData<string> Rules => new(RowRules.All.Select(rule => rule.Id));

    [Fact]
    public void Examine_FilmWithoutAFault_FindsNothing() => Assert.Empty(Examine(MediaDraft.Film().Media()));

    [Fact]
    public void Examine_SeriesWithoutAFault_FindsNothing() => Assert.Empty(Examine(MediaDraft.Series().Media()));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Examine_BrokenTitle_FindsExactlyThat(string rule)
    {
        var found = Examine(RowCases.Broken(rule));

        Assert.Equal(RowCases.ExpectedOf(rule).Order(StringComparer.Ordinal), found.Select(Key).Order(StringComparer.Ordinal));
        var known = RowRules.All.Single(known => known.Id == rule);
        Assert.All(found.Where(finding => finding.RuleId == rule), finding => Assert.Equal((known.Severity, known.Clause), (finding.Severity, finding.Clause)));
        Assert.All(found, finding => Assert.Matches(@"^[A-Z].*\.$", finding.Message));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Examine_RowsInAnotherOrder_FindsTheSame(string rule)
    {
        var media = RowCases.Broken(rule);
        var reversed = media with
        {
            SeasonIds = [.. media.SeasonIds.Reverse()],
            Episodes = [.. media.Episodes.Reverse()],
            Assets = [.. media.Assets.Reverse()],
            Variants = [.. media.Variants.Reverse()],
        };

        Assert.Equal(Examine(media), Examine(reversed));
    }

    [Theory]
    [InlineData("LADDER_STEP_LARGE", 1_150_000)]
    [InlineData("LADDER_STEP_SMALL", 1_533_333)]
    public void Examine_StepOfExactlyOneAndAHalfOrTwo_IsFine(string rule, long average)
    {
        var film = MediaDraft.Film();
        film.P480.AverageBandwidthBps = average;
        film.P480.PeakBandwidthBps = average + 1;

        Assert.DoesNotContain(Examine(film.Media()), finding => finding.RuleId == rule);
    }

    [Fact]
    public void Examine_PeakOfExactlyTwiceTheAverage_IsFine()
    {
        var film = MediaDraft.Film();
        film.P480.PeakBandwidthBps = 2 * film.P480.AverageBandwidthBps;

        Assert.Empty(Examine(film.Media()));
    }

    [Fact]
    public void Examine_NoTierEncrypted_IsFine()
    {
        var film = MediaDraft.Film();

        Assert.All(film.Variants, variant => Assert.Equal(DrmSystem.None, variant.DrmSystem));
        Assert.Empty(Examine(film.Media()));
    }

    [Theory]
    [InlineData(1_280, 720, "P1080")]
    [InlineData(0, 0, null)]
    [InlineData(1_920, 800, null)]
    public void Examine_SourceSmallerThanTheTier_NeedsNoSuchTier(int width, int height, string? spared)
    {
        var film = MediaDraft.Film();
        film.Remove(film.P1080);
        film.Asset(MediaDraft.Video).Properties = new() { Width = width, Height = height };

        Assert.Equal(spared is null ? ["LADDER_TIER_MISSING asset-video"] : [], Examine(film.Media()).Select(Key));
    }

    [Fact]
    public void Examine_TiersOfTheDeployment_AreTheOnesThatMustBeThere()
    {
        var options = new QualityTierOptions();
        options.QualityTiers["P480"] = new() { Streamable = false };
        var film = MediaDraft.Film();
        film.Remove(film.P480);

        Assert.Empty(RowExamination.Examine(film.Media(), QualityTiers.With(options)).WorstFirst());
        Assert.Equal(["LADDER_TIER_MISSING asset-video"], Examine(film.Media()).Select(Key));
    }

    [Theory]
    [InlineData("en-US", "en")]
    [InlineData("en", "en-GB")]
    [InlineData("zxx", "de")]
    public void Examine_AudioInTheOriginalLanguage_IsFoundWhateverTheRegion(string original, string audio)
    {
        var film = MediaDraft.Film();
        film.Title.OriginalLanguage = original;
        film.Remove(film.Audio[1]);
        film.Audio[0].AudioLanguage = audio;

        Assert.Empty(Examine(film.Media()));
    }

    [Fact]
    public void Examine_SeveralFaults_TellsTheWorstFirst()
    {
        var film = MediaDraft.Film();
        film.P720.SizeBytes = 0;
        film.P1080.Codecs = "";
        film.P480.Codecs = "hvc1.1.6.L93.B0,avc1.4d401f";
        film.Assets.Remove(film.Asset("asset-poster"));

        Assert.Equal(
            ["CODECS_CONTRADICT video-480", "CODECS_MISSING video-1080", $"POSTER_MISSING {MediaDraft.TitleId}", "VARIANT_SIZE_MISSING video-720"],
            Examine(film.Media()).Select(Key));
    }

    [Fact]
    public void Examine_ThousandsOfFaults_AreCutAfterTheWorst()
    {
        var film = MediaDraft.Film();
        for (var i = 0; i < Findings.MaxCount; i++)
        {
            film.Add(AssetKind.Clip, $"clip-{i}", change: clip => clip.Sha256 = "");
        }

        film.Variants.Clear();
        var findings = RowExamination.Examine(film.Media(), QualityTiers.Default);

        Assert.Equal(Findings.MaxCount + 1, findings.Count);
        Assert.Equal(Findings.MaxCount, findings.WorstFirst().Count());
        Assert.Equal("STREAM_MISSING", findings.WorstFirst().First().RuleId);
    }

    [Theory]
    [InlineData("Warn", true)]
    [InlineData("refuse", true)]
    [InlineData("", false)]
    [InlineData("Ignore", false)]
    [InlineData("1", false)]
    public void Validate_OnMediaErrors_TakesTheTwoPolicies(string value, bool isValid)
    {
        var result = new PublishingOptionsValidator().Validate(name: null, new PublishingOptions { OnMediaErrors = value });

        Assert.Equal(isValid, result.Succeeded);
        Assert.Equal(isValid ? null : "Catalog:Publishing:OnMediaErrors must be Warn or Refuse.", result.FailureMessage);
    }

    internal static string Key(MediaFinding finding) => $"{finding.RuleId} {finding.Subject}";

    private static MediaFinding[] Examine(TitleMedia media) => [.. RowExamination.Examine(media, QualityTiers.Default).WorstFirst()];
}
