using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using ListBundlesRequest = MoviesNow.Delivery.V1.ListBundlesRequest;

namespace MoviesNow.Delivery.Tests.Support;

/// <summary>Every way in which the public may ask for a bundle.</summary>
public enum Way
{
    Id,
    Season,
    Key,
    Batch,
    ManifestOfId,
    ManifestOfSeason,
    ManifestKey,
    List,
}

internal static class Asking
{
    /// <summary>Why the bundle cannot be had in this way; empty when it can. Nobody is told why a list is without it.</summary>
    public static async Task<string> AskAsync(this CallInvoker delivery, Way way, Bundle bundle, DownloadOptions? options = null)
    {
        var links = new DownloadLinkService.DownloadLinkServiceClient(delivery);
        var season = new SeasonSelector { TitleId = bundle.TitleId, SeasonNumber = bundle.SeasonNumber };
        try
        {
            switch (way)
            {
                case Way.Id:
                    await links.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id, Options = options });
                    return "";
                case Way.Season:
                    await links.GetBundleUrlAsync(new GetBundleUrlRequest { Season = season, Options = options });
                    return "";
                case Way.Key:
                    await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = bundle.StorageKey, Options = options });
                    return "";
                case Way.Batch:
                    var batch = new BatchGetDownloadUrlsRequest { Requests = { new GetDownloadUrlRequest { StorageKey = bundle.StorageKey, Options = options } } };
                    return (await links.BatchGetDownloadUrlsAsync(batch)).Results.Single().ErrorReason;
                case Way.ManifestOfId:
                    await links.GetBundleManifestUrlAsync(new GetBundleManifestUrlRequest { BundleId = bundle.Id, Options = options });
                    return "";
                case Way.ManifestOfSeason:
                    await links.GetBundleManifestUrlAsync(new GetBundleManifestUrlRequest { Season = season, Options = options });
                    return "";
                case Way.ManifestKey:
                    await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = ManifestOf(bundle), Options = options });
                    return "";
                default:
                    var listed = (await links.ListBundlesAsync(new ListBundlesRequest { TitleId = bundle.TitleId })).Bundles;
                    return listed.Any(found => found.Id == bundle.Id) ? "" : ErrorReasons.NameOf(ErrorReason.BundleNotFound);
            }
        }
        catch (RpcException refused) when (RpcErrors.InfoOf(refused) is { } info)
        {
            return info.Reason;
        }
    }

    public static string ManifestOf(Bundle bundle) => bundle.StorageKey.Replace(".zip", "_manifest.json", StringComparison.Ordinal);
}
