using Grpc.Core;
using Microsoft.Extensions.Caching.Memory;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Clients;

namespace MoviesNow.Delivery.Bundles;

/// <summary>
/// Bundles as the catalogue knows them, remembered for a few seconds. Expiry is judged against the clock on every use, so only
/// a withdrawal is noticed that much later. What is not found is asked again each time.
/// </summary>
internal sealed class BundleDirectory(BundleService.BundleServiceClient catalog, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>The bundle that a request names.</summary>
    /// <exception cref="RpcException">NOT_FOUND <c>BUNDLE_NOT_FOUND</c>; UNAVAILABLE while the catalogue does not answer.</exception>
    public async Task<ResolveBundleResponse> ResolveAsync(ResolveBundleRequest request, ServerCallContext context)
    {
        if (_cache.TryGetValue(request, out ResolveBundleResponse? known))
        {
            return known!;
        }

        var bundle = await catalog.ResolveBundleAsync(request, context.Outbound(time));
        return _cache.Set(request, bundle, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Freshness });
    }

    public void Dispose() => _cache.Dispose();
}
