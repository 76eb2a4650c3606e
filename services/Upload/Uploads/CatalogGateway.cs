using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>What uploads ask of the catalogue. Every call is safe to repeat, and takes ten seconds at most.</summary>
internal sealed class CatalogGateway(
    TitleService.TitleServiceClient titles,
    SeasonService.SeasonServiceClient seasons,
    AssetService.AssetServiceClient assets,
    BundleService.BundleServiceClient bundles,
    TimeProvider time)
{
    private const int AssetPage = 200;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The season of an episode of a title.</summary>
    /// <exception cref="RpcException">NOT_FOUND <c>EPISODE_NOT_FOUND</c>, also when it is another title's.</exception>
    public async Task<Guid> SeasonOfAsync(Guid titleId, Guid episodeId, CancellationToken cancellationToken)
    {
        var answer = await seasons.GetEpisodeAsync(new GetEpisodeRequest { EpisodeId = episodeId.ToString() }, Options(cancellationToken));
        return Guid.Parse(answer.Episode.TitleId) == titleId
            ? Guid.Parse(answer.Episode.SeasonId)
            : throw RpcErrors.Of(ErrorReason.EpisodeNotFound);
    }

    /// <summary>Passes when there is such a title.</summary>
    /// <exception cref="RpcException">NOT_FOUND <c>TITLE_NOT_FOUND</c>.</exception>
    public async Task RequireTitleAsync(Guid titleId, CancellationToken cancellationToken) =>
        await titles.GetTitleAsync(new GetTitleRequest { TitleId = titleId.ToString() }, Options(cancellationToken));

    /// <summary>Reserves the key of a bundle.</summary>
    /// <exception cref="RpcException">As the contract says.</exception>
    public async Task<Bundle> ReserveBundleAsync(ReserveBundleRequest request, CancellationToken cancellationToken) =>
        (await bundles.ReserveBundleAsync(request, Options(cancellationToken))).Bundle;

    /// <summary>Gives the key of a bundle back, if it is reserved.</summary>
    public async Task ReleaseBundleAsync(Guid bundleId, CancellationToken cancellationToken)
    {
        try
        {
            await bundles.ReleaseBundleAsync(new ReleaseBundleRequest { BundleId = bundleId.ToString() }, Options(cancellationToken));
        }
        catch (RpcException e) when (Is(e, ErrorReason.BundleNotFound))
        {
            // It is gone, which is what was asked for.
        }
    }

    /// <summary>Tells that the objects of an expired bundle are gone.</summary>
    public async Task PurgeBundleAsync(Guid bundleId, CancellationToken cancellationToken)
    {
        try
        {
            await bundles.PurgeBundleAsync(new PurgeBundleRequest { BundleId = bundleId.ToString() }, Options(cancellationToken));
        }
        catch (RpcException e) when (Is(e, ErrorReason.BundleNotFound))
        {
            // Somebody has deleted it meanwhile.
        }
    }

    /// <summary>The bundle of a key; null when there is none.</summary>
    public async Task<Bundle?> FindBundleAsync(StorageKey key, CancellationToken cancellationToken)
    {
        try
        {
            return (await bundles.ResolveBundleAsync(new ResolveBundleRequest { StorageKey = key.Value }, Options(cancellationToken))).Bundle;
        }
        catch (RpcException e) when (Is(e, ErrorReason.BundleNotFound))
        {
            return null;
        }
    }

    /// <summary>A bundle in any state.</summary>
    /// <exception cref="RpcException">NOT_FOUND <c>BUNDLE_NOT_FOUND</c>.</exception>
    public async Task<Bundle> GetBundleAsync(Guid bundleId, CancellationToken cancellationToken) =>
        (await bundles.GetBundleAsync(new GetBundleRequest { BundleId = bundleId.ToString() }, Options(cancellationToken))).Bundle;

    /// <summary>Tells the catalogue of a checked object.</summary>
    /// <returns>The id of the asset; null for bundles, which have their own rows.</returns>
    /// <exception cref="RpcException">The catalogue refuses.</exception>
    public async Task<Guid?> RecordAsync(UploadSession session, CancellationToken cancellationToken)
    {
        if (session.BundleId is { } bundleId)
        {
            await bundles.VerifyBundleAsync(
                new VerifyBundleRequest { BundleId = bundleId.ToString(), ObjectEtag = session.StorageETag ?? "" }, Options(cancellationToken));
            return null;
        }

        try
        {
            var recorded = await assets.RecordAssetAsync(AssetOf(session), Options(cancellationToken));
            return Guid.Parse(recorded.Asset.Id);
        }
        catch (RpcException e) when (Is(e, ErrorReason.AssetExists))
        {
            // The key is this session's alone, so a row with it was recorded by an earlier try.
            if (await FindAssetAsync(session, cancellationToken) is { } earlier)
            {
                return earlier;
            }

            throw;
        }
    }

    public static bool Is(RpcException exception, ErrorReason reason) =>
        string.Equals(RpcErrors.InfoOf(exception)?.Reason, ErrorReasons.NameOf(reason), StringComparison.Ordinal);

    private async Task<Guid?> FindAssetAsync(UploadSession session, CancellationToken cancellationToken)
    {
        var request = new ListAssetsRequest { Scope = ScopeOf(session), Kind = session.AssetKind, PageSize = AssetPage };
        do
        {
            var page = await assets.ListAssetsAsync(request, Options(cancellationToken));
            var found = page.Assets.FirstOrDefault(asset =>
                string.Equals(asset.StorageKey, session.Key.Value, StringComparison.Ordinal)
                && string.Equals(asset.Sha256, session.Sha256.Hex, StringComparison.Ordinal));
            if (found is not null)
            {
                return Guid.Parse(found.Id);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return null;
    }

    private static RecordAssetRequest AssetOf(UploadSession session) => new()
    {
        Scope = ScopeOf(session),
        Kind = session.AssetKind,
        StorageKey = session.Key.Value,
        Language = session.Language,
        MimeType = ContentTypes.Essence(session.ContentType),
        SizeBytes = session.Size,
        Sha256 = session.Sha256.Hex,
    };

    private static AssetScope ScopeOf(UploadSession session) => new()
    {
        TitleId = session.TitleId.ToString(),
        SeasonId = session.SeasonId?.ToString() ?? "",
        EpisodeId = session.EpisodeId?.ToString() ?? "",
    };

    private CallOptions Options(CancellationToken cancellationToken) =>
        new(deadline: time.GetUtcNow().UtcDateTime + Limit, cancellationToken: cancellationToken);
}
