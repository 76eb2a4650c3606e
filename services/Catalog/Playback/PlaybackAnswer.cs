using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback;

/// <summary>Turns rows into the answer of GetPlayback. The same rows give the same answer, whatever order they come in.</summary>
internal static class PlaybackAnswer
{
    public static GetPlaybackResponse Of(PlaybackSource source, IEnumerable<MediaAsset> artwork)
    {
        var layout = PlaylistLayout.Of(source);
        var texts = TextRendition.Of(source.Texts, source.OriginalLanguage);
        return new GetPlaybackResponse
        {
            Variants = { PlaylistLayout.Order(source.Streamable) },
            AudioTracks = { AudioTracks.Of(layout, source.OriginalLanguage) },
            Subtitles = { texts.Select(Subtitle) },
            Artwork = { Artwork(artwork) },
            Drm = { Drm(source.Streamable.Concat(source.AudioOnly)) },
            HlsPlaylist = MultivariantPlaylist.Write(source, layout, texts),
            PlaylistFolder = source.Folder,
        };
    }

    private static SubtitleTrack Subtitle(TextRendition text) => new()
    {
        AssetId = text.Asset.Id,
        Kind = text.Asset.Kind,
        Language = text.Asset.Language,
        MimeType = text.Asset.MimeType,
        StorageKey = text.Asset.StorageKey,
        IsDefault = text.IsDefault,
    };

    private static IEnumerable<Artwork> Artwork(IEnumerable<MediaAsset> assets) => assets
        .OrderBy(asset => asset.Kind)
        .ThenBy(asset => LanguageNames.Spell(asset.Language), StringComparer.Ordinal)
        .ThenByDescending(asset => asset.IsPrimary)
        .ThenBy(asset => asset.SortOrder)
        .ThenBy(asset => asset.Id, StringComparer.Ordinal)
        .Select(asset => new Artwork
        {
            AssetId = asset.Id,
            Kind = asset.Kind,
            Language = asset.Language,
            StorageKey = asset.StorageKey,
            Width = asset.Properties?.Width ?? 0,
            Height = asset.Properties?.Height ?? 0,
        });

    private static IEnumerable<DrmDescriptor> Drm(IEnumerable<StreamVariant> variants) => variants
        .Where(variant => variant.DrmKeyId.Length > 0)
        .Select(variant => new DrmDescriptor { System = variant.DrmSystem, KeyId = variant.DrmKeyId })
        .Distinct()
        .OrderBy(descriptor => descriptor.System)
        .ThenBy(descriptor => descriptor.KeyId, StringComparer.Ordinal);
}
