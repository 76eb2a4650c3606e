namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>The URIs of a playlist: relative to its folder, or absolute when a base is given.</summary>
/// <param name="folder">Folder of the playlist in the bucket, such as <c>hls/{title_id}/</c>.</param>
/// <param name="baseUri">An absolute URI that ends in <c>/</c>; empty for relative URIs.</param>
internal sealed class PlaylistUri(string folder, string baseUri)
{
    private readonly string[] _folder = folder.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// The URI of an object. Characters that storage keys do not have are percent-encoded: nothing can end the line or the quoted string.
    /// </summary>
    public string Of(string storageKey)
    {
        var segments = storageKey.Split('/').Select(Uri.EscapeDataString).ToArray();
        if (baseUri.Length > 0)
        {
            return baseUri + string.Join('/', segments);
        }

        var common = 0;
        while (common < Math.Min(_folder.Length, segments.Length - 1) && string.Equals(_folder[common], segments[common], StringComparison.Ordinal))
        {
            common++;
        }

        return string.Join('/', Enumerable.Repeat("..", _folder.Length - common).Concat(segments.Skip(common)));
    }
}
