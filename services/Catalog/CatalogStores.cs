using MoviesNow.Catalog.Artworks;
using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Bundles;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Packages;
using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.Seasons;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.Transfer;
using MoviesNow.Catalog.Upkeep;
using MoviesNow.Catalog.Validation;

namespace MoviesNow.Catalog;

internal static class CatalogStores
{
    public static void AddCatalogStores(this IServiceCollection services)
    {
        services.AddTitleCache();
        services
            .AddSingleton<TitleStore>()
            .AddSingleton<TitleReader>()
            .AddSingleton<TitleFinder>()
            .AddSingleton<TitleSearch>()
            .AddSingleton<SeasonStore>()
            .AddSingleton<EpisodeStore>()
            .AddSingleton<SeasonReader>()
            .AddSingleton<BundleStore>()
            .AddSingleton<BundlePurger>()
            .AddSingleton<BundleFinder>()
            .AddSingleton<BundleMetrics>()
            .AddSingleton<AssetStore>()
            .AddSingleton<ArtworkStore>()
            .AddSingleton<PackageReader>()
            .AddSingleton<PackageStore>()
            .AddSingleton<StorageKeyStore>()
            .AddSingleton<PlaybackStore>()
            .AddTransfer()
            .AddHostedService<CatalogUpkeep>()
            .AddStreamVariants()
            .AddMediaValidation();
    }
}
