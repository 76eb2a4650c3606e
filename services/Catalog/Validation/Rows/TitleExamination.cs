using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Validation.Rows;

/// <summary>Whether a film, and each episode of a series, has what it takes to play.</summary>
internal static class TitleExamination
{
    // A tier of 1,080 lines is as wide as this times its lines.
    private const double UsualAspectRatio = 16d / 9;

    public static void Examine(
        TitleMedia media, IReadOnlyDictionary<string, AssetVariants> ladders, QualityTiers tiers, Findings findings)
    {
        var title = media.Title;
        if (title.OriginalLanguage.Length == 0)
        {
            findings.Add(RowRules.TitleLanguageMissing, title.Id, "The original language is not recorded.");
        }

        var scopes = media.Assets.ToLookup(asset => (asset.Scope.SeasonId, asset.Scope.EpisodeId));
        if (title.Kind is not TitleKind.Series)
        {
            ExaminePlayable(RowRules.VideoMissing, title.Id, scopes[("", "")]);
            return;
        }

        if (media.Episodes.Count == 0)
        {
            findings.Add(RowRules.SeriesWithoutEpisodes, title.Id, "The series has no episodes.");
            return;
        }

        foreach (var season in media.SeasonIds.Except(media.Episodes.Select(episode => episode.SeasonId), StringComparer.Ordinal))
        {
            findings.Add(RowRules.SeasonWithoutEpisodes, season, "The season has no episodes.");
        }

        foreach (var episode in media.Episodes)
        {
            ExaminePlayable(RowRules.EpisodeVideoMissing, episode.Id, scopes[(episode.SeasonId, episode.Id)]);
        }

        void ExaminePlayable(MediaRule videoMissing, string subject, IEnumerable<MediaAsset> assets)
        {
            var all = assets.ToArray();
            if (TitleMedia.PlayingVideo(all) is not { } video)
            {
                findings.Add(videoMissing, subject, "There is no video asset.");
                return;
            }

            ExamineStreams(video, ladders.GetValueOrDefault(video.Id), tiers, findings);
            if (!Array.Exists(all, asset => asset.Kind is AssetKind.Subtitle or AssetKind.Caption))
            {
                findings.Add(RowRules.SubtitlesMissing, subject, "There are neither subtitles nor captions.");
            }
        }
    }

    private static void ExamineStreams(MediaAsset video, AssetVariants? ladder, QualityTiers tiers, Findings findings)
    {
        if (ladder is null || !ladder.Played.Any())
        {
            findings.Add(RowRules.StreamMissing, video.Id, "The video has no streamable variant.");
            return;
        }

        if (ladder.Streamable.Length == 0)
        {
            findings.Add(RowRules.VideoStreamMissing, video.Id, "The video has audio variants only, and plays without a picture.");
            return;
        }

        foreach (var tier in tiers.Streamable.Where(tier => !Array.Exists(ladder.Streamable, variant => variant.Tier == tier)))
        {
            if (!IsSmallerThan(video, tiers.Find(tier)?.Lines ?? 0))
            {
                findings.Add(RowRules.LadderTierMissing, video.Id, $"Tier {LadderExamination.NameOf(tier)} has no streamable variant.");
            }
        }
    }

    /// <summary>True when the source is known to have fewer lines than a tier: nobody should enlarge it. Wide pictures have fewer lines than their tier.</summary>
    private static bool IsSmallerThan(MediaAsset video, int lines) =>
        video.Properties is { Width: > 0, Height: > 0 } properties && properties.Height < lines && properties.Width < lines * UsualAspectRatio - 1;
}
