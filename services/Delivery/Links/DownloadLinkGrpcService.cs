using System.Globalization;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Bundles;
using MoviesNow.Delivery.Quotas;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.RateLimits;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;
using CatalogListBundlesRequest = MoviesNow.Catalog.V1.ListBundlesRequest;
using ListBundlesRequest = MoviesNow.Delivery.V1.ListBundlesRequest;
using ListBundlesResponse = MoviesNow.Delivery.V1.ListBundlesResponse;

namespace MoviesNow.Delivery.Links;

internal sealed class DownloadLinkGrpcService(
    LinkPipeline pipeline, DownloadQuotas quotas, BundleService.BundleServiceClient catalog, ClientNetworks networks, ErrorMapping mapping, TimeProvider time)
    : DownloadLinkService.DownloadLinkServiceBase
{
    private const int MaxBatch = 50;

    public override async Task<GetDownloadUrlResponse> GetDownloadUrl(GetDownloadUrlRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        LinkRequests.Check(check, request);
        check.ThrowIfInvalid();

        var item = await DecideAsync(ItemOf(request, context), context);
        return new GetDownloadUrlResponse { Link = item.Link };
    }

    public override async Task<GetBundleUrlResponse> GetBundleUrl(GetBundleUrlRequest request, ServerCallContext context)
    {
        var item = await DecideAsync(LinkRequests.ReferenceOf(request), wantsManifest: false, request.Options, context);
        return new GetBundleUrlResponse { Link = item.Link, BundleId = item.Row!.BundleId };
    }

    public override async Task<GetBundleManifestUrlResponse> GetBundleManifestUrl(GetBundleManifestUrlRequest request, ServerCallContext context)
    {
        var item = await DecideAsync(LinkRequests.ReferenceOf(request), wantsManifest: true, request.Options, context);
        return new GetBundleManifestUrlResponse { Link = item.Link, BundleId = item.Row!.BundleId };
    }

    public override async Task<BatchGetDownloadUrlsResponse> BatchGetDownloadUrls(BatchGetDownloadUrlsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Require(request.Requests.Count is >= 1 and <= MaxBatch, "requests", $"must have 1 to {MaxBatch} items");
        check.ThrowIfInvalid();

        var response = new BatchGetDownloadUrlsResponse();
        var items = new List<(LinkItem Item, DownloadUrlResult Result)>();
        var answered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var asked in request.Requests)
        {
            var result = new DownloadUrlResult { StorageKey = asked.StorageKey };
            response.Results.Add(result);
            var own = new RequestCheck();
            LinkRequests.Check(own, asked);
            if (own.Violations.Count > 0)
            {
                Refuse(result, ErrorReason.InvalidFields);
                continue;
            }

            // Two spellings of one key are the same key.
            if (answered.Add(StorageKey.TryParse(asked.StorageKey, out var parsed) ? parsed.Value : asked.StorageKey))
            {
                items.Add((ItemOf(asked, context), result));
            }
            else
            {
                result.Verdict = LinkVerdict.Ignored;
            }
        }

        await RunAsync([.. items.Select(pair => pair.Item)], context);
        foreach (var (item, result) in items)
        {
            Judge(item, result, context);
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

    private static LinkItem ItemOf(GetDownloadUrlRequest request, ServerCallContext context) => ItemOf(new LinkTarget(request.StorageKey, null), request.Options, context);

    private static LinkItem ItemOf(LinkTarget target, DownloadOptions? options, ServerCallContext context) =>
        new(target, options ?? new DownloadOptions(), CallerCountry.Of(context, options?.Country ?? ""));

    private Task<LinkItem> DecideAsync(ResolveBundleRequest? reference, bool wantsManifest, DownloadOptions? options, ServerCallContext context)
    {
        var check = new RequestCheck();
        LinkRequests.Check(check, reference);
        LinkRequests.Check(check, options);
        check.ThrowIfInvalid();

        return DecideAsync(ItemOf(new LinkTarget(null, reference, wantsManifest), options, context), context);
    }

    private async Task<LinkItem> DecideAsync(LinkItem item, ServerCallContext context)
    {
        await RunAsync([item], context);
        LinkPipeline.ThrowFault(item);
        return item.Reason switch
        {
            null => item,
            ErrorReason.QuotaExceeded => throw RpcErrors.Of(ErrorReason.QuotaExceeded, quotas.UntilRenewal()),
            var reason => throw RpcErrors.Of(reason.Value),
        };
    }

    private async Task RunAsync(IReadOnlyList<LinkItem> items, ServerCallContext context)
    {
        var network = context.IsAdminOrService() || !quotas.AreLimited ? null : networks.HashOf(context);
        var left = await pipeline.RunAsync(items, new LinkCall(network, context.CancellationToken));
        foreach (var state in left)
        {
            var headers = context.GetHttpContext().Response.Headers;
            headers[QuotaHeaders.NameOf(state.Kind)] = state.Left.ToString(CultureInfo.InvariantCulture);
            headers[QuotaHeaders.Reset] = ((long)Math.Ceiling(quotas.UntilRenewal().TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }

    private void Judge(LinkItem item, DownloadUrlResult result, ServerCallContext context)
    {
        if (item.Link is { } link)
        {
            (result.Verdict, result.Link) = (LinkVerdict.Granted, link);
            return;
        }

        var reason = item.Reason ?? ReasonOf(item.Fault!, context);
        if (reason is not ErrorReason.DependencyUnavailable && item.Fault is not null)
        {
            LinkPipeline.ThrowFault(item);
        }

        Refuse(result, reason);
    }

    private ErrorReason ReasonOf(Exception fault, ServerCallContext context) => fault is RpcException { StatusCode: StatusCode.Unavailable }
        ? ErrorReason.DependencyUnavailable
        : mapping.ReasonFor(fault, context.CancellationToken.IsCancellationRequested, context.Deadline <= time.GetUtcNow().UtcDateTime);

    private static void Refuse(DownloadUrlResult result, ErrorReason reason) =>
        (result.Verdict, result.ErrorReason) = (LinkVerdict.Refused, ErrorReasons.NameOf(reason));
}
