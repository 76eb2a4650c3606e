using System.Diagnostics.CodeAnalysis;

namespace MoviesNow.Storage;

/// <summary>
/// What a key of the layout means. The set is closed: a key outside it belongs to nobody, and is never served or swept.
/// A location and its <see cref="Key"/> determine each other.
/// </summary>
public abstract record StorageLocation
{
    private protected StorageLocation(Guid titleId) => TitleId = titleId;

    /// <summary>The title that the object belongs to.</summary>
    public Guid TitleId { get; }

    /// <summary>The object's key.</summary>
    public abstract StorageKey Key { get; }

    /// <summary>Reads a key back into its parts; false when no layout has such a key.</summary>
    public static bool TryParse(StorageKey key, [NotNullWhen(true)] out StorageLocation? location)
    {
        ArgumentNullException.ThrowIfNull(key);
        location = LocationReader.Read(key);
        return location is not null;
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Key.Value;
}

/// <summary><c>originals/{title_id}/[{episode_id}/]{file}</c>: a source file, never public.</summary>
public sealed record OriginalLocation(Guid TitleId, Guid? EpisodeId, FileNameSegment FileName) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.Original(TitleId, EpisodeId, FileName);
}

/// <summary><c>hls/{title_id}/[{episode_id}/]…</c>: a playlist or segment for streaming.</summary>
public sealed record HlsLocation(Guid TitleId, Guid? EpisodeId, RelativePath Path) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.Hls(TitleId, EpisodeId, Path);
}

/// <summary><c>downloads/{title_id}/[{episode_id}/]{variant}/…</c>: a file of one downloadable rendition.</summary>
public sealed record DownloadLocation(Guid TitleId, Guid? EpisodeId, FileNameSegment Variant, RelativePath Path) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.Download(TitleId, EpisodeId, Variant, Path);
}

/// <summary><c>downloads/{title_id}/[{episode_id}/]extras/{file}.zip</c>: bonus material in one ZIP.</summary>
public sealed record ExtrasLocation(Guid TitleId, Guid? EpisodeId, FileNameSegment FileName) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.Extras(TitleId, EpisodeId, FileName);
}

/// <summary><c>bundles/{title_id}/S{season:02}.zip</c>: all episodes of a season in one ZIP.</summary>
public sealed record SeasonBundleLocation(Guid TitleId, int Season) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.SeasonBundle(TitleId, Season);
}

/// <summary><c>bundles/{title_id}/S{season:02}_manifest.json</c>: what is in the season's ZIP.</summary>
public sealed record SeasonBundleManifestLocation(Guid TitleId, int Season) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.SeasonBundleManifest(TitleId, Season);
}

/// <summary><c>bundles/{title_id}/bundle_{id}.zip</c>: a curated ZIP that is no whole season.</summary>
public sealed record BundleLocation(Guid TitleId, Guid BundleId) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.Bundle(TitleId, BundleId);
}

/// <summary><c>bundles/{title_id}/bundle_{id}_manifest.json</c>: what is in the curated ZIP.</summary>
public sealed record BundleManifestLocation(Guid TitleId, Guid BundleId) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.BundleManifest(TitleId, BundleId);
}

/// <summary><c>artwork/title/{title_id}/[{episode_id}/]…</c>: a poster, backdrop, still and the like.</summary>
public sealed record ArtworkLocation(Guid TitleId, Guid? EpisodeId, RelativePath Path) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.Artwork(TitleId, EpisodeId, Path);
}

/// <summary><c>subs/title/{title_id}/[{episode_id}/]…</c>: subtitles or captions.</summary>
public sealed record SubtitleLocation(Guid TitleId, Guid? EpisodeId, RelativePath Path) : StorageLocation(TitleId)
{
    /// <inheritdoc/>
    public override StorageKey Key => StorageLayout.Subtitle(TitleId, EpisodeId, Path);
}
