using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Tokens;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Links;

/// <summary>What requests for links must look like.</summary>
internal static class LinkRequests
{
    /// <summary>Checks a request by key.</summary>
    public static void Check(RequestCheck check, GetDownloadUrlRequest request)
    {
        check.Require(request.StorageKey.Length > 0, "storage_key", "is required");
        check.Require(request.StorageKey.Length <= StorageKey.MaxLength, "storage_key", $"must have at most {StorageKey.MaxLength} bytes");
        Check(check, request.Options);
    }

    /// <summary>Checks options, which may be absent.</summary>
    public static void Check(RequestCheck check, DownloadOptions? options)
    {
        if (options is null)
        {
            return;
        }

        check.Require(options.TtlSeconds >= 0, "options.ttl_seconds", "must not be negative");
        check.Require(options.Token.Length <= 64, "options.token", "must have at most 64 characters");
        check.Require(
            options.RedemptionId.Length == 0 || DownloadToken.IsRedemptionId(options.RedemptionId),
            "options.redemption_id",
            "must have 22 to 64 characters of A-Z, a-z, 0-9, '-' and '_'");
        CallerCountry.Check(check, "options.country", options.Country);
    }

    /// <summary>Checks which bundle is meant.</summary>
    public static void Check(RequestCheck check, ResolveBundleRequest? reference)
    {
        switch (reference?.ReferenceCase)
        {
            case ResolveBundleRequest.ReferenceOneofCase.BundleId:
                check.Id("bundle_id", reference.BundleId);
                break;
            case ResolveBundleRequest.ReferenceOneofCase.Season:
                check.Id("season.title_id", reference.Season.TitleId);
                check.Range("season.season_number", reference.Season.SeasonNumber, 0, 9_999);
                break;
            default:
                check.Add("bundle", "is required");
                break;
        }
    }

    public static ResolveBundleRequest? ReferenceOf(GetBundleUrlRequest request) => request.BundleCase switch
    {
        GetBundleUrlRequest.BundleOneofCase.BundleId => new ResolveBundleRequest { BundleId = request.BundleId },
        GetBundleUrlRequest.BundleOneofCase.Season => ReferenceOf(request.Season),
        _ => null,
    };

    public static ResolveBundleRequest? ReferenceOf(GetBundleManifestUrlRequest request) => request.BundleCase switch
    {
        GetBundleManifestUrlRequest.BundleOneofCase.BundleId => new ResolveBundleRequest { BundleId = request.BundleId },
        GetBundleManifestUrlRequest.BundleOneofCase.Season => ReferenceOf(request.Season),
        _ => null,
    };

    private static ResolveBundleRequest ReferenceOf(SeasonSelector season) =>
        new() { Season = new SeasonReference { TitleId = season.TitleId, SeasonNumber = season.SeasonNumber } };
}
