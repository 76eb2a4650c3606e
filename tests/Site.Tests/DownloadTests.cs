using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Playwright;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.Site.Tests.Harness;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using static Microsoft.Playwright.Assertions;

namespace MoviesNow.Site.Tests;

/// <summary>What a viewer takes home, and what nobody does.</summary>
[Collection(SiteTestGroup.Name)]
public sealed class DownloadTests(SiteFixture fixture)
{
    [Fact]
    public async Task Download_Season_ArrivesAsItsFilesAre()
    {
        var offered = fixture.Content.SeasonZip;
        await using var viewer = await fixture.VisitAsync();
        await viewer.GoAsync($"/title/{fixture.Content.Series.Id}");
        await viewer.Page.GetByRole(AriaRole.Link, new() { Name = "Downloads" }).ClickAsync();

        var download = await viewer.DownloadAsync();

        await ArrivesAsync(viewer, download, offered);
        Assert.EndsWith(".zip", download.SuggestedFilename, StringComparison.Ordinal);
        // The link is a secret: the page has it no more.
        Assert.DoesNotContain("X-Amz-Signature", await viewer.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(viewer.Violations);
    }

    [Fact]
    public async Task Download_ExtrasWithAOneTimeCode_ArriveAsTheirFilesAreOnce()
    {
        var title = await fixture.Content.TitleAsync(TitleKind.Movie, "Once");
        var offered = await fixture.Content.ExtrasAsync(title.Id, requiresToken: true);
        var tokens = new DownloadTokenService.DownloadTokenServiceClient(fixture.System.Delivery(Identity.Admin));
        var token = (await tokens.MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = offered.Bundle.StorageKey })).Token;
        await using var viewer = await fixture.VisitAsync();
        await viewer.GoAsync($"/title/{title.Id}/downloads");
        await Expect(viewer.Page.GetByText("800 kB")).ToBeVisibleAsync();
        await viewer.Page.GetByLabel("One-time code").FillAsync(token);

        await ArrivesAsync(viewer, await viewer.DownloadAsync(), offered);
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();

        await Expect(viewer.Page.GetByRole(AriaRole.Alert)).ToHaveAttributeAsync("data-reason", "TOKEN_INVALID");
        await Expect(viewer.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("used up");
        var kept = await tokens.ListDownloadTokensAsync(new ListDownloadTokensRequest());
        Assert.DoesNotContain(kept.Tokens, one => one.StorageKey == offered.Bundle.StorageKey && one.UsesLeft > 0);
    }

    [Fact]
    public async Task Download_ExtrasThatExpiredMeanwhile_AreRefusedAndLeaveTheList()
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
        // Row and object stay until an administrator or the sweeper takes them.
        var row = await fixture.Content.RowAsync(offered.Bundle);
        Assert.Equal(("Published", true), (row.State, row.IsExpired));
        Assert.NotNull(await fixture.System.Objects.HeadAsync(StorageKey.Parse(offered.Bundle.StorageKey), CancellationToken.None));
    }

    [Fact]
    public async Task Download_RawEpisode_IsRefusedByServiceAndCdn()
    {
        var episode = fixture.Content.Episodes[0];
        var playlist = (await fixture.Content.PlaybackOfAsync(episode)).Variants[0].StorageKey;
        await using var viewer = await fixture.VisitAsync();
        await viewer.GoAsync("/");
        var links = new DownloadLinkService.DownloadLinkServiceClient(fixture.System.Delivery(identity: null));

        foreach (var key in (string[])[playlist, $"originals/{episode.TitleId}/{episode.Id}/master.mov"])
        {
            await RpcAssert.FailsAsync(ErrorReason.KeyNotAllowed, async () => await links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key }));
            var status = await viewer.Page.EvaluateAsync<int>("url => fetch(url).then(answer => answer.status)", $"{fixture.System.Cdn}{key}");
            Assert.Equal((int)HttpStatusCode.Forbidden, status);
        }
    }

    /// <summary>What was saved is what the folder has, what the page promised, and what the catalogue's database says.</summary>
    private async Task ArrivesAsync(Visitor viewer, IDownload download, OfferedBundle offered)
    {
        await using var saved = File.OpenRead(await download.PathAsync());
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(saved));
        await Expect(viewer.Page.Locator("main code")).ToHaveTextAsync(sha256);
        Assert.Equal(("Published", saved.Length, sha256, false), await fixture.Content.RowAsync(offered.Bundle));
        await using var zip = new ZipArchive(saved);
        var files = Directory.GetFiles(offered.Folder).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(files.Select(Path.GetFileName), zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            await using var entry = await zip.GetEntry(Path.GetFileName(file))!.OpenAsync();
            var bytes = new MemoryStream();
            await entry.CopyToAsync(bytes);
            Assert.Equal(await File.ReadAllBytesAsync(file), bytes.ToArray());
        }
    }
}
