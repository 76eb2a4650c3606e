using System.Net;
using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Policy;

/// <summary>The example of docs/policy.md: the public may have single episodes of a trusted folder.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class ConfiguredEntryTests(DeliverySystem system)
{
    private static readonly (string, string?)[] Example = [.. PageExamples.Settings("policy.md", "Allowlist").Select(setting => (setting.Key, setting.Value))];

    [Fact]
    public async Task GetDownloadUrl_EpisodeOfATrustedFolder_CostsATokenAndIsAnAttachment()
    {
        await using var replica = system.With(clock: null, Example);
        var key = await StoredEpisodeAsync(await system.SeriesAsync());
        var links = new DownloadLinkService.DownloadLinkServiceClient(replica.As(identity: null));
        var token = (await Tokens(replica).MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = key })).Token;
        await RpcAssert.FailsAsync(ErrorReason.TokenRequired, async () => await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key }));

        var link = (await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key, Options = new DownloadOptions { Token = token, TtlSeconds = 90_000 } })).Link;

        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(link.Url));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("video/mp4", "no-store", "attachment", 3_600), (
            response.Content.Headers.ContentType!.MediaType, response.Headers.CacheControl!.ToString(), response.Content.Headers.ContentDisposition!.DispositionType, link.TtlSeconds));
        Assert.Equal(DeliverySystem.Content, await response.Content.ReadAsByteArrayAsync());
        await RpcAssert.FailsAsync(
            ErrorReason.TokenInvalid, async () => await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key, Options = new DownloadOptions { Token = token } }));
    }

    [Fact]
    public async Task GetDownloadUrl_TitleThatThePublicMayNotHave_IsRefused()
    {
        await using var replica = system.With(clock: null, [.. Example, ("Delivery:Allowlist:Entries:episodes:RequiresToken", "false")]);
        var links = new DownloadLinkService.DownloadLinkServiceClient(replica.As(identity: null));
        var open = await system.SeriesAsync();
        var draft = await StoredEpisodeAsync(await system.SeriesAsync(withPublishedTitle: false));
        var abroad = await StoredEpisodeAsync(await system.SeriesAsync(new Availability { CountryRule = CountryRule.Include, Countries = { "NO" } }));
        var (missing, other) = (Guid.CreateVersion7(), (await StoredEpisodeAsync(open)).Replace(open, await system.SeriesAsync(), StringComparison.Ordinal));

        await RefusedAsync(ErrorReason.TitleNotFound, draft);
        await RefusedAsync(ErrorReason.TitleNotFound, $"downloads/{missing}/{missing}/public/a.mp4");
        await RefusedAsync(ErrorReason.EpisodeNotFound, other);
        await RefusedAsync(ErrorReason.NotAvailable, abroad);
        await RefusedAsync(ErrorReason.ObjectNotFound, (await StoredEpisodeAsync(open)).Replace("episode.mp4", "another.mp4", StringComparison.Ordinal));
        await RefusedAsync(ErrorReason.KeyNotAllowed, (await StoredEpisodeAsync(open)).Replace("/public/", "/", StringComparison.Ordinal));
        var norwegian = new DownloadLinkService.DownloadLinkServiceClient(replica.As(identity: null, ("cf-ipcountry", "NO")));
        Assert.NotEmpty((await norwegian.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = abroad })).Link.Url);

        Task RefusedAsync(ErrorReason reason, string key) => RpcAssert.FailsAsync(reason, async () => await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key }));
    }

    [Fact]
    public async Task GetDownloadUrl_EntryThatNeedsABundle_HasNoneForAnEpisode()
    {
        await using var replica = system.With(clock: null, [.. Example, ("Delivery:Allowlist:Entries:episodes:RequiresBundle", "true")]);
        var key = await StoredEpisodeAsync(await system.SeriesAsync());

        await RpcAssert.FailsAsync(
            ErrorReason.BundleNotFound,
            async () => await new DownloadLinkService.DownloadLinkServiceClient(replica.As(identity: null)).GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key }));
    }

    [Fact]
    public async Task GetDownloadUrl_WithoutTheEntry_IsNotAllowed()
    {
        var key = await StoredEpisodeAsync(await system.SeriesAsync());

        await RpcAssert.FailsAsync(ErrorReason.KeyNotAllowed, async () => await system.Public.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key }));
        await RpcAssert.FailsAsync(
            ErrorReason.KeyNotAllowed, async () => await system.Tokens(Identity.Admin).MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = key }));
    }

    [Fact]
    public void Start_WrongEntry_NamesTheSetting()
    {
        using var replica = system.With(clock: null, ("Delivery:Allowlist:Entries:raw:Prefix", "originals/{title_id}/"), ("Delivery:Allowlist:Entries:raw:ContentTypes:mp4", "video/mp4"));

        var error = Assert.Throws<OptionsValidationException>(() => replica.Address);

        Assert.Equal("Delivery:Allowlist:Entries:raw:Prefix must not lie below originals/.", Assert.Single(error.Failures));
    }

    private async Task<string> StoredEpisodeAsync(string titleId)
    {
        var season = (await system.Seasons.ListSeasonsAsync(new ListSeasonsRequest { TitleId = titleId })).Seasons[0];
        var number = (await system.Seasons.ListEpisodesAsync(new ListEpisodesRequest { SeasonId = season.Id })).Episodes.Count + 1;
        var episode = (await system.Seasons.CreateEpisodeAsync(new CreateEpisodeRequest { SeasonId = season.Id, Number = number, Name = "Ice" })).Episode;
        var key = $"downloads/{titleId}/{episode.Id}/public/episode.mp4";
        await system.StoreAsync(key, DeliverySystem.Content);
        return key;
    }

    private static DownloadTokenService.DownloadTokenServiceClient Tokens(ServiceFactory<MoviesNow.Delivery.Links.LinkTtlOptions> replica) => new(replica.As(Identity.Admin));
}
