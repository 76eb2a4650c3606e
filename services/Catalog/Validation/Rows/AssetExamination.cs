using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Validation.Rows;

/// <summary>Whether assets are completely recorded, and whether there is artwork.</summary>
internal static class AssetExamination
{
    public static void Examine(TitleMedia media, Findings findings)
    {
        foreach (var asset in media.Assets)
        {
            Examine(asset, findings);
        }

        foreach (var alike in media.Assets.Where(NeedsPrimary).GroupBy(asset => (Owner: OwnerOf(asset), asset.Kind)))
        {
            // Of one asset it is clear which one is shown.
            if (alike.Skip(1).Any() && !alike.Any(asset => asset.IsPrimary))
            {
                findings.Add(RowRules.PrimaryMissing, alike.Key.Owner, $"None of {alike.Count()} assets of kind {NameOf(alike.Key.Kind)} is primary.");
            }
        }

        var ofTitle = media.Assets.Where(asset => asset.Scope.SeasonId.Length == 0).Select(asset => asset.Kind).ToHashSet();
        if (!ofTitle.Contains(AssetKind.Poster))
        {
            findings.Add(RowRules.PosterMissing, media.Title.Id, "The title has no poster.");
        }

        if (!ofTitle.Contains(AssetKind.Backdrop))
        {
            findings.Add(RowRules.BackdropMissing, media.Title.Id, "The title has no backdrop.");
        }
    }

    private static void Examine(MediaAsset asset, Findings findings)
    {
        if (asset.SizeBytes <= 0)
        {
            findings.Add(RowRules.AssetSizeMissing, asset.Id, "The size is not recorded.");
        }

        if (asset.Sha256.Length == 0)
        {
            findings.Add(RowRules.AssetChecksumMissing, asset.Id, "The SHA-256 is not recorded.");
        }

        if (IsArtwork(asset) && asset.Properties is null or { Width: <= 0 } or { Height: <= 0 })
        {
            findings.Add(RowRules.ArtworkDimensionsMissing, asset.Id, $"The {NameOf(asset.Kind)} has no width or height recorded.");
        }

        if (asset.Kind is AssetKind.Subtitle or AssetKind.Caption)
        {
            ExamineText(asset, findings);
        }
    }

    private static void ExamineText(MediaAsset asset, Findings findings)
    {
        if (LanguageNames.Tag(asset.Language) is null)
        {
            findings.Add(RowRules.SubtitleLanguageMissing, asset.Id, $"The {NameOf(asset.Kind)} has no language recorded.");
        }

        if (!TextRendition.IsPlaylistAsset(asset))
        {
            findings.Add(
                RowRules.SubtitleNotInPlaylist, asset.Id,
                $"The {NameOf(asset.Kind)} is not a media playlist: players get it beside the multivariant playlist only.");
        }
    }

    private static bool NeedsPrimary(MediaAsset asset) => asset.Kind is AssetKind.Video || IsArtwork(asset);

    private static bool IsArtwork(MediaAsset asset) => asset.Kind
        is AssetKind.Poster or AssetKind.Backdrop or AssetKind.Still or AssetKind.Thumbnail or AssetKind.Banner or AssetKind.Logo;

    private static string OwnerOf(MediaAsset asset) => asset.Scope switch
    {
        { EpisodeId.Length: > 0 } scope => scope.EpisodeId,
        { SeasonId.Length: > 0 } scope => scope.SeasonId,
        var scope => scope.TitleId,
    };

    private static string NameOf(AssetKind kind) => kind.ToString().ToUpperInvariant();
}
