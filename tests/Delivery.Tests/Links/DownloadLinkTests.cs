using System.Net;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;
using ListBundlesRequest = MoviesNow.Delivery.V1.ListBundlesRequest;

namespace MoviesNow.Delivery.Tests.Links;

[Collection(DeliveryTestGroup.Name)]
public sealed class DownloadLinkTests(DeliverySystem system)
{
    [Fact]
    public async Task GetBundleUrl_PublishedSeason_DownloadsTheSameBytes()
    {
        var bundle = await system.PublishedAsync();

        var answer = await system.Public.GetBundleUrlAsync(SeasonOf(bundle));

        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(answer.Link.Url));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(DeliverySystem.Content, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/zip", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal("attachment; filename=\"Fjord- the -Series - S01.zip\"", response.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal((600, bundle.Sha256, DeliverySystem.Content.Length, bundle.Id), (answer.Link.TtlSeconds, answer.Link.Sha256, answer.Link.SizeBytes, answer.BundleId));
    }

    [Fact]
    public async Task GetDownloadUrl_ItsKey_GivesTheSameObjectAndIsNotCached()
    {
        var bundle = await system.PublishedAsync();

        var call = system.Public.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = bundle.StorageKey, Options = new DownloadOptions { TtlSeconds = 5 } });

        Assert.Equal(60, (await call).Link.TtlSeconds);
        var headers = await call.ResponseHeadersAsync;
        Assert.Equal(("no-store", "no-cache"), (headers.GetValue("cache-control"), headers.GetValue("pragma")));
    }

    [Fact]
    public async Task GetDownloadUrl_ChangedSignature_IsRefusedByTheStorage()
    {
        var bundle = await system.PublishedAsync();
        var link = (await system.Public.GetBundleUrlAsync(SeasonOf(bundle))).Link;

        using var http = new HttpClient();
        using var otherKey = await http.GetAsync(new Uri(link.Url.Replace("S01.zip", "S02.zip", StringComparison.Ordinal)));
        using var unsigned = await http.GetAsync(new Uri(link.Url.Split('?')[0]));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (otherKey.StatusCode, unsigned.StatusCode));
    }

    [Theory]
    [InlineData("originals/0198c0de-7a5b-7c3d-8e9f-0123456789ab/master.mov")]
    [InlineData("bundles/../originals/0198c0de-7a5b-7c3d-8e9f-0123456789ab/master.mov")]
    [InlineData("bundles%2f0198c0de-7a5b-7c3d-8e9f-0123456789ab%2fS01.zip")]
    public Task GetDownloadUrl_KeyOutsideTheAllowlist_IsRefused(string key) => RpcAssert.FailsAsync(
        ErrorReason.KeyNotAllowed, async () => await system.Public.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key }));

    [Fact]
    public Task GetDownloadUrl_UnknownBundle_IsNotFound() => RpcAssert.FailsAsync(
        ErrorReason.BundleNotFound,
        async () => await system.Public.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = "bundles/0198c0de-7a5b-7c3d-8e9f-0123456789ab/S01.zip" }));

    [Fact]
    public async Task GetBundleUrl_NotPublished_IsNotFound()
    {
        var bundle = await system.VerifiedAsync();
        await system.StoreAsync(bundle.StorageKey, DeliverySystem.Content);

        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, async () => await system.Public.GetBundleUrlAsync(SeasonOf(bundle)));
    }

    [Fact]
    public async Task GetBundleUrl_Expired_IsNotFoundAndNotListed()
    {
        var bundle = await system.PublishedAsync();
        await system.ExpireAsync(bundle, TimeSpan.FromSeconds(-1));

        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, async () => await system.Public.GetBundleUrlAsync(SeasonOf(bundle)));
        Assert.Empty((await system.Public.ListBundlesAsync(new ListBundlesRequest { TitleId = bundle.TitleId })).Bundles);
    }

    [Fact]
    public async Task GetBundleUrl_ExpiresSoon_LinkEndsWithTheBundle()
    {
        var bundle = await system.PublishedAsync();
        await system.ExpireAsync(bundle, TimeSpan.FromSeconds(40));

        Assert.InRange((await system.Public.GetBundleUrlAsync(SeasonOf(bundle))).Link.TtlSeconds, 1, 40);
    }

    [Fact]
    public async Task GetBundleUrl_ObjectGone_SaysSo()
    {
        var bundle = await system.PublishedAsync(withObject: false);

        await RpcAssert.FailsAsync(ErrorReason.ObjectNotFound, async () => await system.Public.GetBundleUrlAsync(SeasonOf(bundle)));
    }

    [Fact]
    public async Task GetBundleUrl_OtherCountry_IsNotAvailable()
    {
        var bundle = await system.PublishedAsync(availability: new Availability { CountryRule = CountryRule.Include, Countries = { "NO" } });
        var request = SeasonOf(bundle);
        request.Options = new DownloadOptions { Country = "NO" };

        // What the public claims does not count; what a proxy or a service tells does.
        await RpcAssert.FailsAsync(ErrorReason.NotAvailable, async () => await system.Public.GetBundleUrlAsync(request));
        foreach (var country in (string[])["SE", "XX", "T1", "ZZ"])
        {
            await RpcAssert.FailsAsync(ErrorReason.NotAvailable, async () => await new DownloadLinkService.DownloadLinkServiceClient(system.From(country)).GetBundleUrlAsync(request));
        }

        Assert.NotEmpty((await new DownloadLinkService.DownloadLinkServiceClient(system.From("NO")).GetBundleUrlAsync(SeasonOf(bundle))).Link.Url);
        Assert.NotEmpty((await system.Links(Identity.Service).GetBundleUrlAsync(request)).Link.Url);
        request.Options.Country = "XX";
        await RpcAssert.FailsAsync(ErrorReason.NotAvailable, async () => await system.Links(Identity.Service).GetBundleUrlAsync(request));
    }

    [Fact]
    public async Task GetBundleManifestUrl_WithAndWithoutManifest_GivesItOrSaysThatThereIsNone()
    {
        var bundle = await system.PublishedAsync();
        var request = new GetBundleManifestUrlRequest { BundleId = bundle.Id };
        await RpcAssert.FailsAsync(ErrorReason.ObjectNotFound, async () => await system.Public.GetBundleManifestUrlAsync(request));

        var other = await system.PublishedAsync();
        await system.StoreAsync(other.StorageKey.Replace(".zip", "_manifest.json", StringComparison.Ordinal), "{}"u8.ToArray());
        await system.CatalogBundles(Identity.Service).RecordBundleManifestAsync(new RecordBundleManifestRequest { BundleId = other.Id });
        var link = (await system.Public.GetBundleManifestUrlAsync(new GetBundleManifestUrlRequest { BundleId = other.Id })).Link;

        Assert.Equal(("application/json", 2L, ""), (link.ContentType, link.SizeBytes, link.Sha256));
    }

    [Fact]
    public async Task BatchGetDownloadUrls_MixedKeys_EachGetsAVerdict()
    {
        var bundle = await system.PublishedAsync();
        string[] keys = [bundle.StorageKey, "originals/x", $"/{bundle.StorageKey}", "bundles/0198c0de-7a5b-7c3d-8e9f-0123456789ab/S01.zip"];

        var answer = await system.Public.BatchGetDownloadUrlsAsync(new BatchGetDownloadUrlsRequest { Requests = { keys.Select(key => new GetDownloadUrlRequest { StorageKey = key }) } });

        Assert.Equal(
            [(LinkVerdict.Granted, ""), (LinkVerdict.Refused, "KEY_NOT_ALLOWED"), (LinkVerdict.Ignored, ""), (LinkVerdict.Refused, "BUNDLE_NOT_FOUND")],
            answer.Results.Select(result => (result.Verdict, result.ErrorReason)));
        Assert.Equal(keys, answer.Results.Select(result => result.StorageKey));
    }

    [Fact]
    public async Task ListBundles_OfATitle_ShowsWhatThePublicMayKnow()
    {
        var bundle = await system.PublishedAsync();

        var listed = Assert.Single((await system.Public.ListBundlesAsync(new ListBundlesRequest { TitleId = bundle.TitleId })).Bundles);

        Assert.Equal((bundle.Id, bundle.Sha256, 1), (listed.Id, listed.Sha256, listed.SeasonNumber));
    }

    [Fact]
    public async Task EveryMethod_BadFields_NamesEach()
    {
        var bad = new DownloadOptions { TtlSeconds = -1, Token = new string('x', 65), RedemptionId = "short", Country = "no" };
        await RpcAssert.FailsOnFieldsAsync(
            ["storage_key", "options.ttl_seconds", "options.token", "options.redemption_id", "options.country"],
            async () => await system.Public.GetDownloadUrlAsync(new GetDownloadUrlRequest { Options = bad }));
        await RpcAssert.FailsOnFieldsAsync(["storage_key"], async () => await system.Public.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = new string('a', 1_025) }));
        await RpcAssert.FailsOnFieldsAsync(["bundle"], async () => await system.Public.GetBundleUrlAsync(new GetBundleUrlRequest()));
        await RpcAssert.FailsOnFieldsAsync(["bundle_id"], async () => await system.Public.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = "1" }));
        await RpcAssert.FailsOnFieldsAsync(
            ["season.title_id", "season.season_number"],
            async () => await system.Public.GetBundleManifestUrlAsync(new GetBundleManifestUrlRequest { Season = new SeasonSelector { SeasonNumber = -1 } }));
        await RpcAssert.FailsOnFieldsAsync(["requests"], async () => await system.Public.BatchGetDownloadUrlsAsync(new BatchGetDownloadUrlsRequest()));
        await RpcAssert.FailsOnFieldsAsync(["page_size", "title_id"], async () => await system.Public.ListBundlesAsync(new ListBundlesRequest { PageSize = -1, TitleId = "x" }));
    }

    [Fact]
    public async Task GetBundleUrl_StorageDown_IsUnavailableAndRecovers()
    {
        var bundle = await system.PublishedAsync();
        await system.S3.StopAsync();
        try
        {
            await RpcAssert.FailsAsync(
                ErrorReason.DependencyUnavailable,
                async () => await system.Public.GetBundleUrlAsync(SeasonOf(bundle), deadline: DateTime.UtcNow.AddSeconds(10)));
        }
        finally
        {
            await system.S3.RestartAsync();
        }

        await EventuallyAsync(async () => await system.Public.GetBundleUrlAsync(SeasonOf(bundle)));
    }

    internal static async Task EventuallyAsync(Func<Task> call)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable && !limit.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static GetBundleUrlRequest SeasonOf(Bundle bundle) => new() { Season = new SeasonSelector { TitleId = bundle.TitleId, SeasonNumber = bundle.SeasonNumber } };
}
