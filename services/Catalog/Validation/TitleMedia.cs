using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Validation;

/// <summary>An episode, as far as its media is examined.</summary>
internal sealed record EpisodeScope(string Id, string SeasonId);

/// <summary>What the catalogue says about the media of a title, in any order.</summary>
/// <param name="Title">The title.</param>
/// <param name="SeasonIds">Its seasons.</param>
/// <param name="Episodes">Its episodes.</param>
/// <param name="Assets">All assets, of seasons and episodes too.</param>
/// <param name="Variants">All variants of these assets.</param>
/// <param name="IsCut">True when there is more than was read.</param>
internal sealed record TitleMedia(
    Title Title,
    IReadOnlyList<string> SeasonIds,
    IReadOnlyList<EpisodeScope> Episodes,
    IReadOnlyList<MediaAsset> Assets,
    IReadOnlyList<StreamVariant> Variants,
    bool IsCut = false)
{
    /// <summary>The assets that have variants, each with them.</summary>
    public IEnumerable<AssetVariants> Ladders
    {
        get
        {
            var variants = Variants.ToLookup(variant => variant.AssetId, StringComparer.Ordinal);
            return Assets.Where(asset => variants.Contains(asset.Id)).Select(asset => new AssetVariants(asset, [.. variants[asset.Id]]));
        }
    }

    /// <summary>The video that plays when several are recorded in one scope: the choice of <c>PlaybackStore</c>.</summary>
    public static MediaAsset? PlayingVideo(IEnumerable<MediaAsset> assets) => assets
        .Where(asset => asset.Kind is AssetKind.Video)
        .OrderByDescending(asset => asset.IsPrimary)
        .ThenBy(asset => asset.SortOrder)
        .ThenBy(asset => asset.Id, StringComparer.Ordinal)
        .FirstOrDefault();
}

/// <summary>An asset and its variants.</summary>
internal sealed class AssetVariants(MediaAsset asset, IReadOnlyList<StreamVariant> all)
{
    public MediaAsset Asset => asset;

    public IReadOnlyList<StreamVariant> All => all;

    /// <summary>The steps of the ladder.</summary>
    public StreamVariant[] Streamable { get; } = [.. all.Where(variant => variant.IsStreamable)];

    /// <summary>Audio apart from the video.</summary>
    public StreamVariant[] Audio { get; } = [.. all.Where(variant => !variant.IsStreamable && IsPlayed(variant))];

    /// <summary>What GetPlayback gives to players.</summary>
    public IEnumerable<StreamVariant> Played => Streamable.Concat(Audio);

    /// <summary>True when GetPlayback gives it to players. Audio that is kept for download only lies elsewhere.</summary>
    public static bool IsPlayed(StreamVariant variant) => variant.IsStreamable
        || (variant.IsAudioOnly && variant.Protocol is StreamProtocol.Hls && variant.StorageKey.StartsWith("hls/", StringComparison.Ordinal));
}
