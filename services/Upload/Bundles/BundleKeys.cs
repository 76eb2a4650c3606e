using MoviesNow.Catalog.V1;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Bundles;

/// <summary>The keys of bundles.</summary>
internal static class BundleKeys
{
    /// <summary>The key of a bundle's ZIP.</summary>
    public static StorageKey Of(BundleKind kind, Guid titleId, int? season, Guid bundleId) => kind switch
    {
        BundleKind.Season => StorageLayout.SeasonBundle(titleId, season!.Value),
        BundleKind.SeasonExtras => StorageLayout.TitleExtras(titleId, season!.Value),
        BundleKind.TitleExtras => StorageLayout.TitleExtras(titleId, season: null),
        BundleKind.AdHoc => StorageLayout.Bundle(titleId, bundleId),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The key of the manifest beside a ZIP; null for extras, which have none.</summary>
    public static StorageKey? ManifestOf(StorageKey zip) => (StorageLocation.TryParse(zip, out var location) ? location : null) switch
    {
        SeasonBundleLocation season => StorageLayout.SeasonBundleManifest(season.TitleId, season.Season),
        BundleLocation bundle => StorageLayout.BundleManifest(bundle.TitleId, bundle.BundleId),
        _ => null,
    };
}
