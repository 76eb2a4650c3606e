using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>Subtitles or captions. Only those that are a media playlist can be in the playlist.</summary>
internal sealed record TextRendition(MediaAsset Asset, string Name, bool IsDefault, bool IsAutoselect)
{
    private const string PlaylistType = "application/vnd.apple.mpegurl";

    public bool IsCaption => Asset.Kind is AssetKind.Caption;

    public bool IsPlaylist => IsPlaylistAsset(Asset);

    /// <summary>All of them by language, subtitles before captions. The default is a primary one, in the original language if there is a choice.</summary>
    public static IReadOnlyList<TextRendition> Of(IEnumerable<MediaAsset> assets, string originalLanguage)
    {
        var ordered = assets
            .OrderBy(asset => LanguageNames.Spell(asset.Language), StringComparer.Ordinal)
            .ThenBy(asset => asset.Kind is AssetKind.Caption)
            .ThenByDescending(asset => asset.IsPrimary)
            .ThenBy(asset => asset.SortOrder)
            .ThenBy(asset => asset.Id, StringComparer.Ordinal)
            .ToArray();
        var names = RenditionNames.Assign([.. ordered.Select(asset => (LanguageNames.Spell(asset.Language), NameOf(asset)))]);
        var first = ordered.Where(asset => asset.IsPrimary)
            .MaxBy(asset => (LanguageNames.Matches(asset.Language, originalLanguage) ? 2 : 0) + (asset.Kind is AssetKind.Caption ? 0 : 1));
        // Only members of the group count for what AUTOSELECT=YES must tell apart.
        var combinations = new HashSet<(string, bool)>();
        if (first is not null && IsPlaylistAsset(first))
        {
            combinations.Add(CombinationOf(first));
        }

        return [.. ordered.Zip(names, (asset, name) => new TextRendition(
            asset,
            name,
            IsDefault: ReferenceEquals(asset, first),
            IsAutoselect: ReferenceEquals(asset, first)
                || (IsPlaylistAsset(asset) && LanguageNames.Tag(asset.Language) is not null && combinations.Add(CombinationOf(asset)))))];
    }

    private static (string Language, bool IsCaption) CombinationOf(MediaAsset asset) => (LanguageNames.Spell(asset.Language), asset.Kind is AssetKind.Caption);

    private static bool IsPlaylistAsset(MediaAsset asset) => string.Equals(asset.MimeType, PlaylistType, StringComparison.OrdinalIgnoreCase);

    private static string NameOf(MediaAsset asset)
    {
        var name = LanguageNames.Of(LanguageNames.Spell(asset.Language)) ?? "Subtitles";
        return asset.Kind is AssetKind.Caption ? $"{name} (CC)" : name;
    }
}
