using System.Net.Mime;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Policy;

/// <summary>
/// What is always on the list: ZIPs of bundles and extras, and the manifests of bundles. They are told by what a key means to the layout, not by how it
/// begins.
/// </summary>
internal static class BuiltInEntries
{
    private const string Extras = "downloads/{title_id}/[{episode_id}/]extras/";

    /// <summary>Folders and extensions that configured entries must leave alone; nothing configured may lie below <c>bundles/</c> at all.</summary>
    public static IReadOnlyList<(string Name, PrefixTemplate Prefix, string Extension)> Folders { get; } =
        PrefixTemplate.TryParse(Extras, out var extras, out var violation) ? [("extras", extras, "zip")] : throw new InvalidOperationException(violation);

    /// <summary>The download that a key is; null when it is none of these.</summary>
    public static AdmittedDownload? Admit(StorageKey key)
    {
        if (!StorageLocation.TryParse(key, out var location))
        {
            return null;
        }

        return location switch
        {
            SeasonBundleLocation or BundleLocation => Of("bundle", MediaTypeNames.Application.Zip, QuotaKind.Bundles),
            ExtrasLocation => Of("extras", MediaTypeNames.Application.Zip, QuotaKind.Downloads),
            SeasonBundleManifestLocation or BundleManifestLocation => Of("manifest", MediaTypeNames.Application.Json, QuotaKind.Downloads),
            _ => null,
        };

        AdmittedDownload Of(string entry, string contentType, QuotaKind quota) =>
            new(key, entry, contentType, quota, location.TitleId, EpisodeId: null, RequiresBundle: true, RequiresToken: false);
    }
}
