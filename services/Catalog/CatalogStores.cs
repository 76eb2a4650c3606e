using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Bundles;
using MoviesNow.Catalog.Seasons;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.Transfer;

namespace MoviesNow.Catalog;

internal static class CatalogStores
{
    public static void AddCatalogStores(this IServiceCollection services) => services
        .AddSingleton<TitleStore>()
        .AddSingleton<TitleFinder>()
        .AddSingleton<TitleSearch>()
        .AddSingleton<SeasonStore>()
        .AddSingleton<EpisodeStore>()
        .AddSingleton<BundleStore>()
        .AddSingleton<BundleFinder>()
        .AddSingleton<BundleMetrics>()
        .AddSingleton<AssetStore>()
        .AddSingleton<ImportStore>()
        .AddSingleton<CatalogExport>();
}
