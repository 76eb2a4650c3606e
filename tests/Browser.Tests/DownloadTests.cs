using System.Security.Cryptography;
using System.Text.Json;
using MoviesNow.Browser.Tests.Harness;

namespace MoviesNow.Browser.Tests;

/// <summary>Bundles as a page offers them: a link over gRPC-Web, and a click on it.</summary>
[Collection(BrowserTestGroup.Name)]
public sealed class DownloadTests(BrowserFixture fixture)
{
    private const int Size = 3 << 20;

    [Theory]
    [InlineData("Fjord: the \"Series\"", "Fjord- the -Series - S01.zip")]
    [InlineData("Blåbær & Straße", "Blåbær & Straße - S01.zip")]
    [InlineData("日本の映画 😀", "日本の映画 😀 - S01.zip")]
    public async Task Click_OnTheLinkOfABundle_SavesTheSameBytesUnderItsName(string title, string name)
    {
        var zip = RandomNumberGenerator.GetBytes(Size);
        var bundle = await fixture.Bundles.PublishAsync(title, zip);
        var answer = await GetBundleUrlAsync(bundle.Id);
        Assert.True(answer.TryGetProperty("response", out var response), answer.ToString());
        var link = response.GetProperty("link");

        await fixture.Page.CallAsync("offer", link.GetProperty("url").GetString()!);
        var download = await fixture.Page.RunAndWaitForDownloadAsync(() => fixture.Page.ClickAsync("#offer"));
        var saved = await File.ReadAllBytesAsync(await download.PathAsync());

        Assert.Equal((name, name), (download.SuggestedFilename, link.GetProperty("fileName").GetString()));
        Assert.Equal(link.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(saved)));
        Assert.Equal(zip, saved);
    }

    [Fact]
    public async Task GetBundleUrl_FromThePage_MayNotBeStored()
    {
        var bundle = await fixture.Bundles.PublishAsync("Fog", [1, 2, 3]);

        foreach (var answer in (JsonElement[])[await GetBundleUrlAsync(bundle.Id), await GetBundleUrlAsync(Guid.CreateVersion7().ToString())])
        {
            var headers = answer.GetProperty("headers");
            Assert.Equal(("no-store", "no-cache"), (headers.GetProperty("cache-control").GetString(), headers.GetProperty("pragma").GetString()));
        }
    }

    [Fact]
    public async Task GetDownloadUrl_KeyThatPolicyRefuses_TellsThePageWhy()
    {
        var bundle = await fixture.Bundles.PublishAsync("Fog", [1, 2, 3]);

        foreach (var key in (string[])[$"originals/{bundle.TitleId}/master.mov", $"hls/{bundle.TitleId}/master.m3u8", $"bundles/{bundle.TitleId}/../S01.zip"])
        {
            AssertRefused("PermissionDenied", "KEY_NOT_ALLOWED", await CallAsync("GetDownloadUrl", new { storageKey = key }));
        }
    }

    [Fact]
    public async Task GetBundleUrl_Expired_TellsThePageWhy()
    {
        var bundle = await fixture.Bundles.PublishAsync("Fog", [1, 2, 3]);
        await fixture.Bundles.ExpireAsync(bundle);

        AssertRefused("NotFound", "BUNDLE_NOT_FOUND", await GetBundleUrlAsync(bundle.Id));
    }

    [Fact]
    public async Task GetBundleUrl_BundleThatWantsAToken_WorksOnceWithOne()
    {
        var zip = RandomNumberGenerator.GetBytes(1_000);
        var bundle = await fixture.Bundles.PublishAsync("Fog", zip, requiresToken: true);
        AssertRefused("PermissionDenied", "TOKEN_REQUIRED", await GetBundleUrlAsync(bundle.Id));
        var token = await fixture.Bundles.TokenAsync(bundle);

        var link = (await GetBundleUrlAsync(bundle.Id, token)).GetProperty("response").GetProperty("link");
        await fixture.Page.CallAsync("offer", link.GetProperty("url").GetString()!);
        var download = await fixture.Page.RunAndWaitForDownloadAsync(() => fixture.Page.ClickAsync("#offer"));

        Assert.Equal(zip, await File.ReadAllBytesAsync(await download.PathAsync()));
        AssertRefused("PermissionDenied", "TOKEN_INVALID", await GetBundleUrlAsync(bundle.Id, token));
    }

    private static void AssertRefused(string code, string reason, JsonElement answer) =>
        Assert.Equal((code, $"moviesnow/{reason}"), (answer.GetProperty("code").GetString(), answer.GetProperty("reasons")[0].GetString()));

    private Task<JsonElement> GetBundleUrlAsync(string bundleId, string token = "") => CallAsync("GetBundleUrl", new { bundleId, options = new { token } });

    private Task<JsonElement> CallAsync(string method, object request) =>
        fixture.Page.CallAsync("unary", new { address = fixture.Delivery, service = "DownloadLinkService", method, request });
}
