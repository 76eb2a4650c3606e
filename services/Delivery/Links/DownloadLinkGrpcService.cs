using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Bundles;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;
using CatalogListBundlesRequest = MoviesNow.Catalog.V1.ListBundlesRequest;
using ListBundlesRequest = MoviesNow.Delivery.V1.ListBundlesRequest;
using ListBundlesResponse = MoviesNow.Delivery.V1.ListBundlesResponse;

namespace MoviesNow.Delivery.Links;

internal sealed class DownloadLinkGrpcService(
    BundleDirectory bundles, BundleService.BundleServiceClient catalog, LinkIssuer issuer, LinkMetrics metrics, TimeProvider time)
    : DownloadLinkService.DownloadLinkServiceBase
{
    private const int MaxBatch = 50;

    public override async Task<GetDownloadUrlResponse> GetDownloadUrl(GetDownloadUrlRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        CheckKeyed(check, request, "");
        check.ThrowIfInvalid();

        return new GetDownloadUrlResponse { Link = await IssueByKeyAsync(request, context) };
    }

    public override async Task<GetBundleUrlResponse> GetBundleUrl(GetBundleUrlRequest request, ServerCallContext context)
    {
        var reference = request.BundleCase switch
        {
            GetBundleUrlRequest.BundleOneofCase.BundleId => new ResolveBundleRequest { BundleId = request.BundleId },
            GetBundleUrlRequest.BundleOneofCase.Season => ToReference(request.Season),
            _ => null,
        };
        var resolved = await ResolveAsync(reference, request.Options, DownloadRules.Refusal, context);
        var link = await IssueAsync(resolved.Bundle.StorageKey, resolved, request.Options, context);
        return new GetBundleUrlResponse { Link = link, BundleId = resolved.Bundle.Id };
    }

    public override async Task<GetBundleManifestUrlResponse> GetBundleManifestUrl(GetBundleManifestUrlRequest request, ServerCallContext context)
    {
        var reference = request.BundleCase switch
        {
            GetBundleManifestUrlRequest.BundleOneofCase.BundleId => new ResolveBundleRequest { BundleId = request.BundleId },
            GetBundleManifestUrlRequest.BundleOneofCase.Season => ToReference(request.Season),
            _ => null,
        };
        var resolved = await ResolveAsync(reference, request.Options, DownloadRules.ManifestRefusal, context);
        var link = await IssueAsync(resolved.Bundle.ManifestKey, resolved, request.Options, context);
        return new GetBundleManifestUrlResponse { Link = link, BundleId = resolved.Bundle.Id };
    }

    public override async Task<BatchGetDownloadUrlsResponse> BatchGetDownloadUrls(BatchGetDownloadUrlsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Require(request.Requests.Count is >= 1 and <= MaxBatch, "requests", $"must have 1 to {MaxBatch} items");
        for (var i = 0; i < request.Requests.Count; i++)
        {
            CheckKeyed(check, request.Requests[i], $"requests[{i}].");
        }

        check.ThrowIfInvalid();

        var response = new BatchGetDownloadUrlsResponse();
        var answered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in request.Requests)
        {
            // Two spellings of one key are the same key.
            var key = StorageKey.TryParse(item.StorageKey, out var parsed) ? parsed.Value : item.StorageKey;
            response.Results.Add(answered.Add(key)
                ? await JudgeAsync(item, context)
                : new DownloadUrlResult { StorageKey = item.StorageKey, Verdict = LinkVerdict.Ignored });
        }

        return response;
    }

    public override async Task<ListBundlesResponse> ListBundles(ListBundlesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var pageSize = PageToken.Size(check, request.PageSize);
        check.OptionalId("title_id", request.TitleId);
        check.ThrowIfInvalid();

        // The catalogue's token is bound to the filters, of which this call has the same.
        var page = await catalog.ListBundlesAsync(
            new CatalogListBundlesRequest { PageSize = pageSize, PageToken = request.PageToken, TitleId = request.TitleId, DownloadableOnly = true },
            context.Outbound(time));
        return new ListBundlesResponse { Bundles = { page.Bundles.Select(bundle => bundle.ToPublic()) }, NextPageToken = page.NextPageToken };
    }

    private static void CheckKeyed(RequestCheck check, GetDownloadUrlRequest request, string path)
    {
        check.Require(request.StorageKey.Length > 0, $"{path}storage_key", "is required");
        check.Require(request.StorageKey.Length <= StorageKey.MaxLength, $"{path}storage_key", $"must have at most {StorageKey.MaxLength} bytes");
        CheckOptions(check, request.Options, $"{path}options.");
    }

    private static void CheckOptions(RequestCheck check, DownloadOptions? options, string path)
    {
        check.Require(options is null or { TtlSeconds: >= 0 }, $"{path}ttl_seconds", "must not be negative");
        check.Require(options is null or { Token.Length: <= 64 }, $"{path}token", "must have at most 64 characters");
        check.Country($"{path}country", options?.Country ?? "");
    }

    private static ResolveBundleRequest ToReference(SeasonSelector season) =>
        new() { Season = new SeasonReference { TitleId = season.TitleId, SeasonNumber = season.SeasonNumber } };

    private async Task<ResolveBundleResponse> ResolveAsync(
        ResolveBundleRequest? reference, DownloadOptions? options, DownloadRule rule, ServerCallContext context)
    {
        var check = new RequestCheck();
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

        CheckOptions(check, options, "options.");
        check.ThrowIfInvalid();
        return await bundles.ResolveAsync(reference!, options ?? new DownloadOptions(), rule, context);
    }

    private async Task<DownloadUrlResult> JudgeAsync(GetDownloadUrlRequest request, ServerCallContext context)
    {
        var result = new DownloadUrlResult { StorageKey = request.StorageKey, Verdict = LinkVerdict.Granted };
        try
        {
            result.Link = await IssueByKeyAsync(request, context);
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.PermissionDenied or StatusCode.NotFound)
        {
            result.Verdict = LinkVerdict.Refused;
            result.ErrorReason = RpcErrors.InfoOf(exception)?.Reason ?? "";
        }

        return result;
    }

    private async Task<DownloadLink> IssueByKeyAsync(GetDownloadUrlRequest request, ServerCallContext context)
    {
        var download = Admit(request.StorageKey);
        var options = request.Options ?? new DownloadOptions();
        var resolved = await bundles.ResolveAsync(new ResolveBundleRequest { StorageKey = download.Key.Value }, options, DownloadRules.Refusal, context);
        return await issuer.IssueAsync(download, resolved, options, context);
    }

    private async Task<DownloadLink> IssueAsync(string key, ResolveBundleResponse resolved, DownloadOptions? options, ServerCallContext context) =>
        await issuer.IssueAsync(Admit(key), resolved, options ?? new DownloadOptions(), context);

    private AdmittedDownload Admit(string key)
    {
        if (DownloadAllowlist.TryAdmit(key, out var download))
        {
            return download;
        }

        metrics.LinkRefused(ErrorReason.KeyNotAllowed);
        throw RpcErrors.Of(ErrorReason.KeyNotAllowed);
    }
}
