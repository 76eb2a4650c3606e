using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Bundles;

/// <summary>What manifests ask of the catalogue. Every call is safe to repeat, and takes ten seconds at most.</summary>
internal sealed class ManifestCatalog(BundleService.BundleServiceClient bundles, SeasonService.SeasonServiceClient seasons, TimeProvider time)
{
    private const int Page = 200;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Records that the manifest lies beside the ZIP.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="stored">The manifest as it was stored.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="RpcException">As the contract says of RecordBundleManifest.</exception>
    public async Task<Bundle> RecordAsync(Bundle bundle, StoredObject stored, CancellationToken cancellationToken)
    {
        var request = new RecordBundleManifestRequest { BundleId = bundle.Id, SizeBytes = stored.Size, ObjectEtag = stored.ETag };
        return (await bundles.RecordBundleManifestAsync(request, Options(cancellationToken))).Bundle;
    }

    /// <summary>The episodes that entries of a bundle may belong to: those that it names, or else all of its season.</summary>
    public async Task<IReadOnlySet<Guid>> EpisodesAsync(Bundle bundle, CancellationToken cancellationToken)
    {
        if (bundle.EpisodeIds.Count > 0 || !bundle.HasSeasonNumber)
        {
            return bundle.EpisodeIds.Select(Guid.Parse).ToHashSet();
        }

        var episodes = new HashSet<Guid>();
        if (await SeasonIdAsync(bundle, cancellationToken) is not { } season)
        {
            return episodes;
        }

        var request = new ListEpisodesRequest { SeasonId = season, PageSize = Page };
        do
        {
            var page = await seasons.ListEpisodesAsync(request, Options(cancellationToken));
            episodes.UnionWith(page.Episodes.Select(episode => Guid.Parse(episode.Id)));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return episodes;
    }

    private async Task<string?> SeasonIdAsync(Bundle bundle, CancellationToken cancellationToken)
    {
        var request = new ListSeasonsRequest { TitleId = bundle.TitleId, PageSize = Page };
        do
        {
            var page = await seasons.ListSeasonsAsync(request, Options(cancellationToken));
            if (page.Seasons.FirstOrDefault(season => season.Number == bundle.SeasonNumber) is { } found)
            {
                return found.Id;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return null;
    }

    private CallOptions Options(CancellationToken cancellationToken) =>
        new(deadline: time.GetUtcNow().UtcDateTime + Limit, cancellationToken: cancellationToken);
}
