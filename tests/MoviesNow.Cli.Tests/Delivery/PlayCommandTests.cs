using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Cli.Tests.Delivery;

[Collection(DeliveryTestGroup.Name)]
public sealed class PlayCommandTests(DeliveryHost host)
{
    [Fact]
    public async Task Play_AFilm_PrintsTheUrlOfItsPlaylistAndNothingElse()
    {
        var title = await host.Cli.OneAsync<Title>("title", "create", "--kind", "movie", "--name", "Fog");
        await PublishPackageAsync(new AssetScope { TitleId = title.Id });
        await host.Cli.OutputAsync("title", "publish", title.Id);

        var output = await host.Cli.OutputAsync("play", title.Id);

        Assert.StartsWith("#EXTM3U", await PlaylistAsync(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Play_AnEpisode_TellsTheGrantAsJson()
    {
        var title = await host.Cli.OneAsync<Title>("title", "create", "--kind", "series", "--name", "Fog");
        var season = await host.Cli.OneAsync<Season>("season", "create", title.Id, "--number", "1", "--name", "One");
        var episode = await host.Cli.OneAsync<Episode>("episode", "create", season.Id, "--number", "1", "--name", "First");
        await PublishPackageAsync(new AssetScope { TitleId = title.Id, SeasonId = season.Id, EpisodeId = episode.Id });
        await host.Cli.OutputAsync("title", "publish", title.Id);

        var grant = await host.Cli.OneAsync<PlaybackGrant>("play", title.Id, "--episode", episode.Id, "--ttl", "120");

        Assert.Equal((120, GrantForm.SecureLink), (grant.TtlSeconds, grant.Form));
        Assert.StartsWith($"hls/{title.Id}/{episode.Id}/", grant.PathPrefix, StringComparison.Ordinal);
        Assert.Contains(grant.PathPrefix, await PlaylistAsync(grant.PlaylistUrl), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Play_UnknownTitle_TellsTheReason()
    {
        var ended = await host.Cli.RunAsync("play", "0192f0c1-0000-7000-8000-000000000000");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith("NotFound TITLE_NOT_FOUND", ended.Errors, StringComparison.Ordinal);
    }

    private async Task<string> PlaylistAsync(string url)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(host.Web, new Uri(url).PathAndQuery));
    }

    private async Task PublishPackageAsync(AssetScope scope)
    {
        var id = Guid.CreateVersion7();
        var prefix = $"hls/{scope.TitleId}/{(scope.EpisodeId.Length > 0 ? $"{scope.EpisodeId}/" : "")}package_{id}/";
        await new PackageService.PackageServiceClient(host.Catalog).PublishPackageAsync(new PublishPackageRequest
        {
            PackageId = id.ToString(),
            Revision = 1,
            Scope = scope,
            Video = new PackageObject { StorageKey = $"{prefix}480p/index.m3u8", MimeType = "application/vnd.apple.mpegurl", SizeBytes = 100, Sha256 = new string('a', 64) },
            Variants =
            {
                new StreamVariant
                {
                    Protocol = StreamProtocol.Hls, Container = Container.Fmp4, VideoCodec = VideoCodec.H264, AudioCodec = AudioCodec.Aac,
                    Codecs = "avc1.64001e,mp4a.40.2", PeakBandwidthBps = 1_000_000, AverageBandwidthBps = 800_000, Width = 854, Height = 480,
                    FrameRate = 24, DynamicRange = DynamicRange.Sdr, BitDepth = 8, AudioChannels = 2, AudioLanguage = "en", DrmSystem = DrmSystem.None,
                    IsDefault = true, IsStreamable = true, Tier = QualityTier.P480, StorageKey = $"{prefix}480p/index.m3u8",
                },
            },
        });
    }
}
