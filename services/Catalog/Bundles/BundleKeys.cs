using MoviesNow.Catalog.V1;
using MoviesNow.Storage;

namespace MoviesNow.Catalog.Bundles;

/// <summary>Where the objects of a bundle lie.</summary>
internal static class BundleKeys
{
    public static StorageKey Zip(BundleKind kind, Guid titleId, int? season, Guid bundleId) => kind switch
    {
        BundleKind.Season => StorageLayout.SeasonBundle(titleId, season!.Value),
        BundleKind.AdHoc => StorageLayout.Bundle(titleId, bundleId),
        BundleKind.SeasonExtras or BundleKind.TitleExtras => StorageLayout.TitleExtras(titleId, season),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A bundle has a kind."),
    };

    /// <summary>Null for extras, which have no manifest.</summary>
    public static StorageKey? Manifest(BundleKind kind, Guid titleId, int? season, Guid bundleId) => kind switch
    {
        BundleKind.Season => StorageLayout.SeasonBundleManifest(titleId, season!.Value),
        BundleKind.AdHoc => StorageLayout.BundleManifest(titleId, bundleId),
        _ => null,
    };
}
