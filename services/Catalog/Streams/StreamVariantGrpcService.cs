using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Streams;

/// <summary>Renditions of assets: in the contract, and answered with UNIMPLEMENTED for now.</summary>
internal sealed class StreamVariantGrpcService : StreamVariantService.StreamVariantServiceBase;
