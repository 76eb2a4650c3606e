using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;

namespace MoviesNow.Catalog.Assets;

/// <summary>What an asset belongs to: a title, one of its seasons, or one of its episodes.</summary>
internal sealed record AssetOwner(Guid TitleId, Guid? SeasonId, Guid? EpisodeId)
{
    public static AssetOwner Read(RequestCheck check, AssetScope? scope)
    {
        if (scope is null)
        {
            check.Add("scope", "is required");
            return new(default, null, null);
        }

        var owner = new AssetOwner(
            check.Id("scope.title_id", scope.TitleId),
            check.OptionalId("scope.season_id", scope.SeasonId),
            check.OptionalId("scope.episode_id", scope.EpisodeId));
        check.Require(scope.EpisodeId.Length == 0 || scope.SeasonId.Length > 0, "scope.season_id", "is required with an episode");
        return owner;
    }

    /// <summary>The owner that a recorded asset has.</summary>
    public static AssetOwner Of(AssetScope scope) => new(
        Guid.Parse(scope.TitleId),
        scope.SeasonId.Length == 0 ? null : Guid.Parse(scope.SeasonId),
        scope.EpisodeId.Length == 0 ? null : Guid.Parse(scope.EpisodeId));

    /// <summary>True when a key lies where objects of this owner lie: below its title, and below the episode if it is one.</summary>
    public bool Owns(StorageKey key) =>
        StorageLocation.TryParse(key, out var location) && location.TitleId == TitleId && EpisodeOf(location) == EpisodeId;

    private static Guid? EpisodeOf(StorageLocation location) => location switch
    {
        OriginalLocation original => original.EpisodeId,
        HlsLocation hls => hls.EpisodeId,
        DownloadLocation download => download.EpisodeId,
        ExtrasLocation extras => extras.EpisodeId,
        ArtworkLocation artwork => artwork.EpisodeId,
        SubtitleLocation subtitle => subtitle.EpisodeId,
        _ => null,
    };
}
