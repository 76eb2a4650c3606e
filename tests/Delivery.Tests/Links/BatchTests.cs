using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Tests.Links;

/// <summary>A batch answers each item for itself.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class BatchTests(DeliverySystem system)
{
    [Fact]
    public async Task BatchGetDownloadUrls_MalformedItems_AreRefusedAndTheOthersAnswered()
    {
        var bundle = await system.PublishedAsync();
        var good = new GetDownloadUrlRequest { StorageKey = bundle.StorageKey };
        GetDownloadUrlRequest[] requests =
        [
            good, new(), new() { StorageKey = new string('a', 1_025) }, new() { StorageKey = bundle.StorageKey, Options = new DownloadOptions { TtlSeconds = -1 } },
            new() { StorageKey = "x", Options = new DownloadOptions { Country = "no" } }, new(), good,
        ];

        var answer = await system.Public.BatchGetDownloadUrlsAsync(new BatchGetDownloadUrlsRequest { Requests = { requests } });

        Assert.Equal(
            ["Granted ", .. Enumerable.Repeat("Refused INVALID_FIELDS", 5), "Ignored "],
            answer.Results.Select(result => $"{result.Verdict} {result.ErrorReason}"));
        Assert.Equal(requests.Select(request => request.StorageKey), answer.Results.Select(result => result.StorageKey));
    }

    [Fact]
    public async Task BatchGetDownloadUrls_HiddenAndMissingKeys_AreToldAlike()
    {
        var (hidden, expired, draft) = (await system.VerifiedAsync(), await system.PublishedAsync(), await system.VerifiedAsync(withPublishedTitle: false));
        await system.ExpireAsync(expired, TimeSpan.FromSeconds(-1));
        await system.StoreAsync(hidden.StorageKey, DeliverySystem.Content);
        string[] keys = [hidden.StorageKey, expired.StorageKey, draft.StorageKey, $"bundles/{Guid.CreateVersion7()}/S01.zip"];

        var answer = await system.Public.BatchGetDownloadUrlsAsync(BatchOf(keys));

        var told = answer.Results.Select(result => new DownloadUrlResult(result) { StorageKey = "" }.ToString()).Distinct();
        Assert.Equal("{ \"verdict\": \"LINK_VERDICT_REFUSED\", \"errorReason\": \"BUNDLE_NOT_FOUND\" }", Assert.Single(told));
    }

    [Fact]
    public async Task BatchGetDownloadUrls_WithoutTheCatalogue_SaysSoForEachKeyThatNeedsIt()
    {
        await using var replica = system.WithoutCatalog();
        var links = new DownloadLinkService.DownloadLinkServiceClient(replica.As(identity: null));

        var answer = await links.BatchGetDownloadUrlsAsync(BatchOf($"bundles/{Guid.CreateVersion7()}/S01.zip", "originals/x"), deadline: DateTime.UtcNow.AddSeconds(20));

        Assert.Equal(["DEPENDENCY_UNAVAILABLE", "KEY_NOT_ALLOWED"], answer.Results.Select(result => result.ErrorReason));
    }

    [Fact]
    public async Task BatchGetDownloadUrls_FiftyKeys_GivesALinkForEach()
    {
        var bundles = new List<Bundle>();
        var series = await system.SeriesAsync();
        for (var season = 2; season < 52; season++)
        {
            await system.Seasons.CreateSeasonAsync(new CreateSeasonRequest { TitleId = series, Number = season });
            bundles.Add(await system.PublishedSeasonAsync(series, season));
        }

        var answer = await system.Public.BatchGetDownloadUrlsAsync(BatchOf([.. bundles.Select(bundle => bundle.StorageKey)]));

        Assert.All(answer.Results.Zip(bundles), pair =>
        {
            Assert.Equal(LinkVerdict.Granted, pair.First.Verdict);
            Assert.Contains(pair.Second.StorageKey, pair.First.Link.Url, StringComparison.Ordinal);
        });
    }

    private static BatchGetDownloadUrlsRequest BatchOf(params string[] keys) => new() { Requests = { keys.Select(key => new GetDownloadUrlRequest { StorageKey = key }) } };
}
