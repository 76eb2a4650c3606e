using System.Text.Json;
using Microsoft.Playwright;
using MoviesNow.Delivery.V1;
using MoviesNow.Playback.Tests.Playing;
using MoviesNow.Testing;

namespace MoviesNow.Playback.Tests.Protection;

/// <summary>A ladder played through nginx from a private bucket, with nothing but the URL that StartPlayback gave.</summary>
public sealed class ProtectedPlayTests(ProtectedPlayFixture fixture) : IClassFixture<ProtectedPlayFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Hls_OpensTheUrlOfAGrant_PlaysThroughAllTiersToTheEnd()
    {
        var grant = await StartAsync();
        var page = await fixture.OpenAsync();
        var media = RequestsOf(page, grant);

        await page.EvaluateAsync("address => start(address)", fixture.System.PlaylistOf(grant));
        await page.EvaluateAsync("shown(1080)").WaitAsync(Patience);
        await PlayFixture.ShowAsync(page, "protected-ladder");
        var report = (await page.EvaluateAsync<JsonElement?>("finished()").WaitAsync(Patience))!.Value;

        AssertPlayed(report);
        Assert.All(media, url => Assert.StartsWith($"{grant.MediaBaseUrl}{grant.PathPrefix}", url, StringComparison.Ordinal));
        Assert.Contains(media, url => url.EndsWith(".m4s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hls_GrantRenewedWhilePlaying_PlaysOnWithTheNewOne()
    {
        var grant = await StartAsync();
        var page = await fixture.OpenAsync();
        var media = RequestsOf(page, grant);
        await page.EvaluateAsync("([address, grant]) => start(address, grant)", new[] { fixture.System.PlaylistOf(grant), grant.MediaBaseUrl });
        await page.EvaluateAsync("shown(480)").WaitAsync(Patience);

        // Another time to live makes it another grant, even within the same second.
        var renewed = (await fixture.System.Playback.RenewPlaybackAsync(new RenewPlaybackRequest { RenewalToken = grant.RenewalToken, TtlSeconds = 900 })).Grant;
        await page.EvaluateAsync("grant => renewed(grant)", renewed.MediaBaseUrl);
        var before = media.Count;
        var report = (await page.EvaluateAsync<JsonElement?>("finished()").WaitAsync(Patience))!.Value;

        AssertPlayed(report);
        Assert.NotEqual(grant.MediaBaseUrl, renewed.MediaBaseUrl);
        Assert.True(media.Count > before, "nothing was read after the renewal");
        Assert.All(media.Skip(before), url => Assert.StartsWith($"{renewed.MediaBaseUrl}{grant.PathPrefix}", url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hls_GrantThatExpired_DoesNotPlay()
    {
        var grant = await StartAsync(seconds: 1);
        var page = await fixture.OpenAsync();
        using var client = new HttpClient();
        using var first = await client.GetAsync(new Uri($"{grant.MediaBaseUrl}{grant.PathPrefix}480p/index.m3u8"));
        var status = first.StatusCode;
        while (status is global::System.Net.HttpStatusCode.OK)
        {
            using var again = await client.GetAsync(new Uri($"{grant.MediaBaseUrl}{grant.PathPrefix}480p/index.m3u8"));
            status = again.StatusCode;
        }

        await page.EvaluateAsync("address => start(address)", fixture.System.PlaylistOf(grant));
        var report = (await page.EvaluateAsync<JsonElement?>("finished()").WaitAsync(Patience))!.Value;

        Assert.Equal(global::System.Net.HttpStatusCode.Gone, status);
        Assert.False(report.GetProperty("ended").GetBoolean());
        Assert.NotEmpty(Strings(report, "fatal"));
    }

    [Fact]
    public async Task Ffprobe_OpensTheUrlOfAGrant_SeesAllStreams()
    {
        var grant = await StartAsync();

        var (output, errors) = await Tool.RunAsync("ffprobe", ".", "-v", "error", "-show_streams", "-of", "json", fixture.System.PlaylistOf(grant));

        Assert.Equal("", errors);
        using var probe = JsonDocument.Parse(output);
        Assert.Equal(5, probe.RootElement.GetProperty("streams").EnumerateArray().Select(stream => stream.ToString()).Distinct(StringComparer.Ordinal).Count());
    }

    private async Task<PlaybackGrant> StartAsync(int seconds = 0) =>
        (await fixture.System.Playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = fixture.System.TitleId, TtlSeconds = seconds })).Grant;

    /// <summary>What a page reads from the CDN, as it is asked for.</summary>
    private static List<string> RequestsOf(IPage page, PlaybackGrant grant)
    {
        var urls = new List<string>();
        var cdn = new Uri(grant.MediaBaseUrl).GetLeftPart(UriPartial.Authority);
        page.Request += (_, request) =>
        {
            if (request.Url.StartsWith(cdn, StringComparison.Ordinal))
            {
                urls.Add(request.Url);
            }
        };
        return urls;
    }

    private static void AssertPlayed(JsonElement report)
    {
        Assert.Empty(Strings(report, "fatal"));
        Assert.True(report.GetProperty("ended").GetBoolean(), report.ToString());
        Assert.Equal(["480", "720", "1080"], Strings(report, "levels"));
        Assert.InRange(report.GetProperty("at").GetDouble(), Ladder.Seconds - 0.1, Ladder.Seconds + 0.1);
        Assert.True(report.GetProperty("sound").GetInt64() > 0, "nothing was heard");
    }

    private static string[] Strings(JsonElement report, string name) => [.. report.GetProperty(name).EnumerateArray().Select(item => item.ToString())];
}
