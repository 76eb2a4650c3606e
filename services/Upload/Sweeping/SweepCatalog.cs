using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Upload.Sweeping;

/// <summary>What the sweeper asks of the catalogue. Every call is safe to repeat, and takes ten seconds at most.</summary>
internal sealed class SweepCatalog(AssetService.AssetServiceClient assets, BundleService.BundleServiceClient bundles)
{
    private const int BundlePage = 100;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Bundles that expired before a time, and whose objects were not purged yet.</summary>
    public async IAsyncEnumerable<Bundle> ListPurgeableAsync(DateTimeOffset expiredBefore)
    {
        var request = new ListPurgeableBundlesRequest { ExpiredBefore = Timestamp.FromDateTimeOffset(expiredBefore), PageSize = BundlePage };
        do
        {
            var page = await bundles.ListPurgeableBundlesAsync(request, Options(CancellationToken.None));
            foreach (var bundle in page.Bundles)
            {
                yield return bundle;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Ends an expired bundle for good.</summary>
    public async Task ExpireAsync(string bundleId, CancellationToken cancellationToken) =>
        await bundles.ExpireBundleAsync(new ExpireBundleRequest { BundleId = bundleId }, Options(cancellationToken));

    /// <summary>Whether a key belongs to this bundle and to no later one.</summary>
    public async Task<bool> IsCurrentAsync(Bundle bundle, CancellationToken cancellationToken)
    {
        var current = await bundles.ResolveBundleAsync(new ResolveBundleRequest { StorageKey = bundle.StorageKey }, Options(cancellationToken));
        return string.Equals(current.Bundle.Id, bundle.Id, StringComparison.Ordinal);
    }

    /// <summary>The keys that no row of the catalogue names.</summary>
    public async Task<IReadOnlySet<string>> UnknownAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var request = new CheckStorageKeysRequest { StorageKeys = { keys } };
        if (request.StorageKeys.Count == 0)
        {
            return new HashSet<string>(StringComparer.Ordinal);
        }

        var answer = await assets.CheckStorageKeysAsync(request, Options(cancellationToken));
        return answer.UnknownKeys.ToHashSet(StringComparer.Ordinal);
    }

    // The deadline is measured by the clock of this machine, whatever time a test gives the sweep.
    private static CallOptions Options(CancellationToken cancellationToken) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Limit, cancellationToken: cancellationToken);
}
