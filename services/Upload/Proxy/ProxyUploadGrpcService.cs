using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Proxy;

/// <summary>Small files through the service itself. In the contract, and not implemented yet.</summary>
internal sealed class ProxyUploadGrpcService : ProxyUploadService.ProxyUploadServiceBase;
