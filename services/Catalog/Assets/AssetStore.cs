namespace MoviesNow.Catalog.Assets;

internal sealed class AssetStore;
