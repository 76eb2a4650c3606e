using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Streams;

public sealed class LadderRulesTests
{
    private static readonly MediaAsset Asset = new() { Id = Samples.NewId().ToString(), Scope = new() { TitleId = Samples.NewId().ToString() } };

    [Fact]
    public void Ladder_OfDifferentSteps_BreaksNothing() => Assert.Empty(LadderRules.Violations(SampleVariants.Ladder(Asset)));

    [Fact]
    public void Tiers_OfStreamableSteps_DifferEachFromTheOthers()
    {
        StreamVariant[] ladder = [Step(), Step(QualityTier.P720), Step(), Step(), Step()];
        ladder[3].IsStreamable = false;

        Assert.Equal(["variants[2].tier", "variants[4].tier"], Fields(ladder));
        Assert.All(LadderRules.Violations(ladder), violation => Assert.Contains("variants[0]", violation.Description, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en", DynamicRange.Sdr, "EN", DynamicRange.Sdr, true)]
    [InlineData("", DynamicRange.Sdr, "", DynamicRange.Sdr, true)]
    [InlineData("en", DynamicRange.Sdr, "", DynamicRange.Sdr, false)]
    [InlineData("en", DynamicRange.Sdr, "en-GB", DynamicRange.Sdr, false)]
    [InlineData("en", DynamicRange.Sdr, "en", DynamicRange.Hdr10, false)]
    public void Defaults_OfOneLanguageAndRange_AreOne(string language, DynamicRange range, string other, DynamicRange otherRange, bool collide)
    {
        StreamVariant[] ladder = [Step(), Step(QualityTier.P720)];
        (ladder[0].AudioLanguage, ladder[0].DynamicRange, ladder[0].IsDefault) = (language, range, true);
        (ladder[1].AudioLanguage, ladder[1].DynamicRange) = (other, otherRange);

        Assert.Empty(Fields(ladder));
        ladder[1].IsDefault = true;
        Assert.Equal(collide ? ["variants[1].is_default"] : [], Fields(ladder));
    }

    [Fact]
    public void Keys_OfSteps_DifferEachFromTheOthers()
    {
        StreamVariant[] ladder = [Step(), Step(QualityTier.P720)];
        ladder[1].StorageKey = ladder[0].StorageKey;

        Assert.Equal(["variants[1].storage_key"], Fields(ladder));
    }

    private static IEnumerable<string> Fields(StreamVariant[] ladder) => LadderRules.Violations(ladder).Select(violation => violation.Field);

    private static StreamVariant Step(QualityTier tier = QualityTier.P1080) => SampleVariants.Step(Asset, tier);
}
