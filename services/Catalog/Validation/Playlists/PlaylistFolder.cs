using MoviesNow.Storage;

namespace MoviesNow.Catalog.Validation.Playlists;

/// <summary>The folder that a playlist lies in, which its URIs may not leave.</summary>
/// <param name="Prefix">What the keys of all its objects begin with, ending in <c>/</c>.</param>
internal sealed record PlaylistFolder(string Prefix)
{
    public static PlaylistFolder Of(string playlistKey) => new(playlistKey[..(playlistKey.LastIndexOf('/') + 1)]);

    /// <summary>
    /// The key of what a URI of the playlist names; null for one that is absolute, leaves the folder, or names no object that this system
    /// stores. It is compared, never followed.
    /// </summary>
    public string? Resolve(string uri) =>
        StorageKey.TryParse(Prefix + uri, out var key) && key.Value == Prefix + uri ? key.Value : null;
}
