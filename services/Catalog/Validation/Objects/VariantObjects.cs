using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation.Playlists;

namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>An HLS variant with what the bucket has of it.</summary>
/// <param name="Variant">The row.</param>
/// <param name="Playlist">Its media playlist.</param>
/// <param name="PlaylistBytes">Bytes of the playlist.</param>
/// <param name="Folder">The folder of the playlist.</param>
/// <param name="Listing">What is in the folder.</param>
internal sealed record VariantObjects(
    StreamVariant Variant, MediaPlaylist Playlist, long PlaylistBytes, PlaylistFolder Folder, FolderListing Listing)
{
    /// <summary>The keys of all objects that the playlist names within its folder.</summary>
    public IEnumerable<string> NamedKeys => Uris.Select(Folder.Resolve).OfType<string>();

    private IEnumerable<string> Uris => Playlist.Segments.Select(segment => segment.Uri)
        .Concat(Playlist.InitSections.Select(init => init.Uri))
        .Distinct(StringComparer.Ordinal);

    /// <summary>True when what is not in the listing is not in the bucket, and the playlist names all there is.</summary>
    public bool IsWhole => !Listing.IsCut && !Playlist.IsCut;

    /// <summary>Bytes of the object that a URI names; null when it names none, or when there is none.</summary>
    public long? SizeOf(string uri) => Folder.Resolve(uri) is { } key && Listing.Sizes.TryGetValue(key, out var size) ? size : null;

    /// <summary>Seconds and bytes of each segment; null unless all are known.</summary>
    public List<(double Seconds, long Bytes)>? Weigh()
    {
        var weights = new List<(double, long)>(Playlist.Segments.Count);
        foreach (var segment in Playlist.Segments)
        {
            if (Playlist.IsCut || SizeOf(segment.Uri) is not { } size || segment.Range?.End > size)
            {
                return null;
            }

            weights.Add((segment.Duration, segment.Range?.Length ?? size));
        }

        return weights;
    }

    /// <summary>Bytes of the playlist and all that it names; null unless all are known.</summary>
    public long? TotalBytes()
    {
        var total = PlaylistBytes;
        foreach (var uri in Uris)
        {
            if (!IsWhole || SizeOf(uri) is not { } size)
            {
                return null;
            }

            total += size;
        }

        return total;
    }
}
