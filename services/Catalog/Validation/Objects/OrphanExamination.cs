using MoviesNow.Catalog.Validation.Playlists;

namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>Which objects in the folders of variants nobody names.</summary>
internal sealed class OrphanExamination
{
    private readonly HashSet<string> _known;
    private readonly ILookup<string, string> _assetsByFolder;

    public OrphanExamination(TitleMedia media)
    {
        _known = media.Assets.Select(asset => asset.StorageKey).Concat(media.Variants.Select(variant => variant.StorageKey)).ToHashSet(StringComparer.Ordinal);
        _assetsByFolder = media.Variants.ToLookup(
            variant => PlaylistFolder.Of(variant.StorageKey).Prefix, variant => variant.AssetId, StringComparer.Ordinal);
    }

    /// <param name="objects">All HLS variants of one asset that could be read.</param>
    /// <param name="unreadable">The folders of those that could not.</param>
    /// <param name="maxNamed">How many objects of a folder are named.</param>
    /// <param name="findings">Where to say what is found.</param>
    public void Examine(IReadOnlyList<VariantObjects> objects, IReadOnlySet<string> unreadable, int maxNamed, Findings findings)
    {
        var named = objects.SelectMany(one => one.NamedKeys).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in objects.GroupBy(one => one.Folder.Prefix, StringComparer.Ordinal))
        {
            // Of an unread playlist it is not known what it names; nor of another asset's in the same folder.
            if (unreadable.Contains(folder.Key) || folder.Any(one => !one.IsWhole) || _assetsByFolder[folder.Key].Distinct(StringComparer.Ordinal).Skip(1).Any())
            {
                continue;
            }

            var orphans = new NamedFindings(findings, ObjectRules.OrphanObject, folder.First().Variant.Id, maxNamed);
            var unnamed = folder.First().Listing.Sizes.Keys.Where(key => !named.Contains(key) && !_known.Contains(key) && FolderOf(key) == folder.Key);
            foreach (var key in unnamed.Order(StringComparer.Ordinal))
            {
                orphans.Add(key, "No playlist and no row names the object.");
            }

            orphans.Count("more objects in the folder of the variant are named by no playlist and no row.");
        }
    }

    /// <summary>The innermost folder of a variant that an object lies in, for folders may contain each other.</summary>
    private string? FolderOf(string key)
    {
        for (var end = key.LastIndexOf('/'); end >= 0; end = end > 0 ? key.LastIndexOf('/', end - 1) : -1)
        {
            if (_assetsByFolder.Contains(key[..(end + 1)]))
            {
                return key[..(end + 1)];
            }
        }

        return null;
    }
}
