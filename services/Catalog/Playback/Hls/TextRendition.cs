using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>Subtitles or captions. Only those that are a media playlist can be in the playlist.</summary>
internal sealed record TextRendition(MediaAsset Asset, string Name, bool IsDefault, bool IsAutoselect)
{
    private const string PlaylistType = "application/vnd.apple.mpegurl";

    public bool IsCaption => Asset.Kind is AssetKind.Caption;

    public bool IsPlaylist => IsPlaylistAsset(Asset);

    /// <summary>
    /// All of them by language, subtitles before captions. The default is a primary one, in the original language if there is a choice.
    /// </summary>
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
        // Members with AUTOSELECT=YES must be told apart by their attributes; those that are not in the playlist are not among them.
        var combinations = new HashSet<(string?, bool)>();
        if (first is not null && IsPlaylistAsset(first))
        {
            combinations.Add(CombinationOf(first));
        }

        return [.. ordered.Zip(names, (asset, name) =>
        {
            var isDefault = ReferenceEquals(asset, first);
            return new TextRendition(asset, name, isDefault, isDefault || (IsSelectable(asset) && combinations.Add(CombinationOf(asset))));
        })];
    }

    // Apple wants captions selectable whatever their language.
    private static bool IsSelectable(MediaAsset asset) =>
        IsPlaylistAsset(asset) && (asset.Kind is AssetKind.Caption || LanguageNames.Tag(asset.Language) is not null);

    private static (string? Language, bool IsCaption) CombinationOf(MediaAsset asset) =>
        (LanguageNames.Tag(asset.Language), asset.Kind is AssetKind.Caption);

    public static bool IsPlaylistAsset(MediaAsset asset) => string.Equals(asset.MimeType, PlaylistType, StringComparison.OrdinalIgnoreCase);

    private static string NameOf(MediaAsset asset)
    {
        var name = LanguageNames.Of(LanguageNames.Spell(asset.Language)) ?? "Subtitles";
        return asset.Kind is AssetKind.Caption ? $"{name} (CC)" : name;
    }
}
