using MoviesNow.Catalog.Streams;

namespace MoviesNow.Catalog.Validation.Rows;

/// <summary>What rows alone tell about the media of a title. Pure: the same rows give the same findings, whatever order they come in.</summary>
internal static class RowExamination
{
    public static Findings Examine(TitleMedia media, QualityTiers tiers)
    {
        var findings = new Findings();
        if (media.IsCut)
        {
            findings.MarkIncomplete();
        }

        var ladders = media.Ladders.ToDictionary(ladder => ladder.Asset.Id, StringComparer.Ordinal);
        TitleExamination.Examine(media, ladders, tiers, findings);
        AssetExamination.Examine(media, findings);
        foreach (var ladder in ladders.Values)
        {
            LadderExamination.Examine(ladder, tiers, findings);
            AudioExamination.Examine(ladder, media.Title.OriginalLanguage, findings);
            foreach (var variant in ladder.All)
            {
                VariantExamination.Examine(variant, AssetVariants.IsPlayed(variant), findings);
            }
        }

        return findings;
    }
}
