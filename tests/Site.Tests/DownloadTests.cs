using System.Net;
using System.Security.Cryptography;
using Microsoft.Playwright;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.Site.Tests.Harness;
using MoviesNow.Testing.Hosting;
using static Microsoft.Playwright.Assertions;

namespace MoviesNow.Site.Tests;

/// <summary>What a viewer takes home, and what nobody does.</summary>
[Collection(SiteTestGroup.Name)]
public sealed class DownloadTests(SiteFixture fixture)
{
    [Fact]
    public async Task Download_SeasonZip_ArrivesAsItIsInTheBucket()
    {
        var offered = fixture.Content.SeasonZip;
        await using var viewer = await fixture.VisitAsync();
        await viewer.GoAsync($"/title/{fixture.Content.Series.Id}");
        await viewer.Page.GetByRole(AriaRole.Link, new() { Name = "Downloads" }).ClickAsync();
        await Expect(viewer.Page.GetByText("800 kB")).ToBeVisibleAsync();
        await Expect(viewer.Page.Locator("main code")).ToHaveTextAsync(offered.Sha256);

        var download = await viewer.DownloadAsync();

        await using var saved = File.OpenRead(await download.PathAsync());
        Assert.Equal(offered.Zip.Length, saved.Length);
        Assert.Equal(offered.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(saved)));
        Assert.EndsWith(".zip", download.SuggestedFilename, StringComparison.Ordinal);
        // The link is a secret: the page has it no more.
        Assert.DoesNotContain("X-Amz-Signature", await viewer.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(viewer.Violations);
    }

    [Fact]
    public async Task Download_OneTimeCode_WorksOnce()
    {
        var title = await fixture.Content.TitleAsync(TitleKind.Movie, "Once");
        var offered = await fixture.Content.ExtrasAsync(title.Id, requiresToken: true);
        var tokens = new DownloadTokenService.DownloadTokenServiceClient(fixture.System.Delivery(Identity.Admin));
        var token = (await tokens.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = offered.Bundle.StorageKey })).Token;
        await using var viewer = await fixture.VisitAsync();
        await viewer.GoAsync($"/title/{title.Id}/downloads");
        await viewer.Page.GetByLabel("One-time code").FillAsync(token);

        var download = await viewer.DownloadAsync();
        Assert.Equal(offered.Zip.Length, new FileInfo(await download.PathAsync()).Length);
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();

        await Expect(viewer.Page.GetByRole(AriaRole.Alert)).ToHaveAttributeAsync("data-reason", "TOKEN_INVALID");
        await Expect(viewer.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("used up");
    }

    [Fact]
    public async Task Download_BundleThatExpiredMeanwhile_IsRefusedAndLeavesTheList()
    {
        var title = await fixture.Content.TitleAsync(TitleKind.Movie, "Too Late");
        var offered = await fixture.Content.ExtrasAsync(title.Id);
        await using var viewer = await fixture.VisitAsync();
        await viewer.GoAsync($"/title/{title.Id}/downloads");
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Download" }).WaitForAsync();

        await fixture.Content.ExpireAsync(offered.Bundle);
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();

        await Expect(viewer.Page.GetByRole(AriaRole.Alert)).ToHaveAttributeAsync("data-reason", "BUNDLE_NOT_FOUND");
        await Expect(viewer.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("expired");
        await viewer.Page.ReloadAsync();
        await Expect(viewer.Page.GetByRole(AriaRole.Heading, new() { Name = "Nothing to download" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Download_RawEpisode_IsRefusedByServiceAndCdn()
    {
        var prefix = $"hls/{fixture.Content.Series.Id}/{fixture.Content.Episode.Id}/";
        await using var viewer = await fixture.VisitAsync();
        await viewer.GoAsync("/");
        var links = new DownloadLinkService.DownloadLinkServiceClient(fixture.System.Delivery(identity: null));

        foreach (var key in (string[])[$"{prefix}480p/index.m3u8", $"originals/{fixture.Content.Series.Id}/{fixture.Content.Episode.Id}/master.mov"])
        {
            await RpcAssert.FailsAsync(ErrorReason.KeyNotAllowed, async () => await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key }));
            var status = await viewer.Page.EvaluateAsync<int>("url => fetch(url).then(answer => answer.status)", $"{fixture.System.Cdn}{key}");
            Assert.Equal((int)HttpStatusCode.Forbidden, status);
        }
    }
}
