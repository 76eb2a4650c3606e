using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Assets;

internal sealed class AssetGrpcService : AssetService.AssetServiceBase;
