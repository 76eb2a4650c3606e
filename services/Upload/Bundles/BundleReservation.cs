using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Bundles;

/// <summary>
/// Reserves bundles in the catalogue. The caller's session owns the key, so a pending bundle of another id at it has no session any
/// more: it was left over by a crash or a call that arrived late, and is released.
/// </summary>
internal sealed class BundleReservation(CatalogGateway catalog, UploadStore store, IOptions<UploadOptions> options, TimeProvider time)
{
    /// <summary>Reserves the key of a bundle.</summary>
    /// <exception cref="RpcException">As the contract says of ReserveBundle.</exception>
    public async Task<Bundle> ReserveAsync(UploadSession draft, ReserveBundleRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await ReserveOnceAsync(draft, request, cancellationToken);
        }
        catch (RpcException e) when (CatalogGateway.Is(e, ErrorReason.BundleExists))
        {
            if (!await ReleaseLeftoverAsync(draft, cancellationToken))
            {
                throw;
            }
        }

        return await ReserveOnceAsync(draft, request, cancellationToken);
    }

    private async Task<Bundle> ReserveOnceAsync(UploadSession draft, ReserveBundleRequest request, CancellationToken cancellationToken)
    {
        var bundle = await catalog.ReserveBundleAsync(request, cancellationToken);
        return string.Equals(bundle.StorageKey, draft.Key.Value, StringComparison.Ordinal)
            ? bundle
            : throw new InvalidOperationException("The catalogue and this service disagree on the key of a bundle.");
    }

    private async Task<bool> ReleaseLeftoverAsync(UploadSession draft, CancellationToken cancellationToken)
    {
        var current = await catalog.FindBundleAsync(draft.Key, cancellationToken);
        if (current is not { State: BundleState.Pending })
        {
            return current is null;
        }

        // Who was held up for so long that its session was cleared away must not touch what belongs to the next.
        var until = time.GetUtcNow() + options.Value.OpeningLease;
        if (await store.RenewLeaseAsync(draft.Id, until, cancellationToken) is null)
        {
            return false;
        }

        await catalog.ReleaseBundleAsync(Guid.Parse(current.Id), cancellationToken);
        return true;
    }
}
