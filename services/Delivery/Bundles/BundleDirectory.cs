using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Titles;
using MoviesNow.ServiceDefaults.Clients;

namespace MoviesNow.Delivery.Bundles;

/// <summary>Bundles as the catalogue knows them. Answers age as <see cref="CatalogMemory{TKey, TAnswer}"/> says.</summary>
internal sealed class BundleDirectory(BundleService.BundleServiceClient catalog, TimeProvider time) : IDisposable
{
    private readonly CatalogMemory<ResolveBundleRequest, ResolveBundleResponse> _memory = new(time, askMany: requests => AskManyAsync(catalog, requests, time));

    /// <summary>The bundle that a request names, in whatever state it is; null when there is none.</summary>
    /// <param name="request">Which bundle; not to be changed afterwards.</param>
    /// <param name="wantsManifest">Whether its manifest is asked for, which may have been added a moment ago.</param>
    /// <param name="country">Country of the caller; empty when unknown.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RpcException">UNAVAILABLE while the catalogue does not answer.</exception>
    public ValueTask<ResolveBundleResponse?> ResolveAsync(ResolveBundleRequest request, bool wantsManifest, string country, CancellationToken cancellationToken) =>
        _memory.GetAsync(request, resolved => Passes(resolved, wantsManifest, country), AskAsync, cancellationToken);

    /// <summary>What the bundle's row means for a download.</summary>
    public static RowFact FactOf(ResolveBundleResponse resolved, DateTimeOffset now) => resolved switch
    {
        { TitleState: not TitleState.Published } => RowFact.Hidden,
        { Bundle.State: BundleState.Expired or BundleState.Purged } => RowFact.Expired,
        { Bundle.State: not BundleState.Published } => RowFact.Hidden,
        _ => resolved.Bundle.ExpireTime.ToDateTimeOffset() <= now ? RowFact.Expired : RowFact.Deliverable,
    };

    public void Dispose() => _memory.Dispose();

    private bool Passes(ResolveBundleResponse resolved, bool wantsManifest, string country)
    {
        var now = time.GetUtcNow();
        return (resolved.Bundle.ManifestKey.Length > 0 || !wantsManifest) && FactOf(resolved, now) is RowFact.Deliverable && TitleAvailability.Allows(resolved.Availability, now, country);
    }

    private async Task<ResolveBundleResponse?> AskAsync(ResolveBundleRequest request)
    {
        try
        {
            return await catalog.ResolveBundleAsync(request, OutboundCalls.Alone(time));
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<ResolveBundleResponse?>> AskManyAsync(
        BundleService.BundleServiceClient catalog, IReadOnlyList<ResolveBundleRequest> requests, TimeProvider time)
    {
        var answer = await catalog.BatchResolveBundlesAsync(new BatchResolveBundlesRequest { Requests = { requests } }, OutboundCalls.Alone(time));
        return [.. answer.Results.Select(result => result.Found)];
    }
}
