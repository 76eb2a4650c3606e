using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Tests.Catalog;

[Collection(CatalogTestGroup.Name)]
public sealed class MediaCommandTests(CatalogHost host) : IDisposable
{
    private const string Sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-cli-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Asset_ItsWholeLife_EachCommandDoesItsPart()
    {
        var title = await TitleAsync();

        var created = await host.Cli.OneAsync<MediaAsset>(
            "asset", "create", title, "--kind", "video", "--storage-key", $"originals/{title}/film.mov", "--mime-type", "video/quicktime", "--language", "en", "--size-bytes", "3,000",
            "--sha256", Sha256, "--primary", "--sort-order", "2", "--width", "1920", "--height", "1080", "--duration", "2h16m", "--frame-rate", "23.976", "--codecs", "avc1.640028");
        var listed = await host.Cli.OneAsync<MediaAsset>("asset", "list", title, "--kind", "video");
        var updated = await host.Cli.OneAsync<MediaAsset>("asset", "update", created.Id, "--height", "800", "--primary", "false");
        var shown = await host.Cli.OneAsync<MediaAsset>("asset", "show", created.Id);
        await host.Cli.OutputAsync("asset", "delete", created.Id, "--yes");

        Assert.Equal((title, AssetKind.Video, "en", 3_000, Sha256, true, 2), (created.Scope.TitleId, created.Kind, created.Language, created.SizeBytes, created.Sha256, created.IsPrimary, created.SortOrder));
        Assert.Equal(new MediaProperties { Width = 1_920, Height = 1_080, DurationMs = 8_160_000, FrameRate = 23.976, Codecs = "avc1.640028" }, created.Properties);
        Assert.Equal((created, updated), (listed, shown));
        Assert.Equal((1_920, 800, false), (updated.Properties.Width, updated.Properties.Height, updated.IsPrimary));
        Assert.Empty(await host.Cli.ManyAsync<MediaAsset>("asset", "list", title));
    }

    [Fact]
    public async Task Asset_OfAnEpisode_IsListedForItAlone()
    {
        var title = (await host.Cli.OneAsync<Title>("title", "create", "--kind", "series", "--name", "The Harbour")).Id;
        var season = (await host.Cli.OneAsync<Season>("season", "create", title, "--number", "1")).Id;
        var episode = (await host.Cli.OneAsync<Episode>("episode", "create", season, "--number", "1", "--name", "Fog")).Id;

        var created = await host.Cli.OneAsync<MediaAsset>(
            "asset", "create", title, "--season", season, "--episode", episode, "--kind", "video", "--storage-key", $"originals/{title}/{episode}/film.mov", "--mime-type", "video/quicktime");

        Assert.Equal(created, await host.Cli.OneAsync<MediaAsset>("asset", "list", title, "--season", season, "--episode", episode));
        Assert.Empty(await host.Cli.ManyAsync<MediaAsset>("asset", "list", title));
    }

    [Fact]
    public async Task Variant_ItsWholeLife_EachCommandDoesItsPart()
    {
        var (title, asset) = await AssetAsync();

        var created = await host.Cli.OneAsync<StreamVariant>(
            "variant", "create", asset, "--protocol", "hls", "--container", "fmp4", "--video-codec", "h265", "--audio-codec", "eac3", "--tier", "p1080", "--drm-system", "widevine",
            "--drm-key-id", "0192f0c1-0000-7000-8000-000000000001", "--encryption-scheme", "cbcs", "--dynamic-range", "dolby-vision", "--bit-depth", "10", "--width", "1920",
            "--height", "1080", "--frame-rate", "25", "--peak-bandwidth-bps", "6000000", "--average-bandwidth-bps", "4000000", "--audio-channels", "6", "--audio-language", "en",
            "--streamable", "--default", "--label", "1080p", "--size-bytes", "3000000000", "--storage-key", $"hls/{title}/v1/1080/index.m3u8");
        var listed = await host.Cli.OneAsync<StreamVariant>("variant", "list", asset);
        var updated = await host.Cli.OneAsync<StreamVariant>("variant", "update", created.Id, "--label", "Full HD", "--streamable", "false");
        var shown = await host.Cli.OneAsync<StreamVariant>("variant", "show", created.Id);
        await host.Cli.OutputAsync("variant", "delete", created.Id, "--yes");

        Assert.Equal(
            (asset, StreamProtocol.Hls, VideoCodec.H265, DynamicRange.DolbyVision, EncryptionScheme.Cbcs, 25.0, true, true, 3_000_000_000),
            (created.AssetId, created.Protocol, created.VideoCodec, created.DynamicRange, created.EncryptionScheme, created.FrameRate, created.IsStreamable, created.IsDefault, created.SizeBytes));
        Assert.Equal((created, updated), (listed, shown));
        Assert.Equal(("Full HD", false, 1_080), (updated.Label, updated.IsStreamable, updated.Height));
        Assert.Empty(await host.Cli.ManyAsync<StreamVariant>("variant", "list", asset));
    }

    [Fact]
    public async Task Ladder_WhatListPrinted_ReplacesTheVariantsOfTheAsset()
    {
        var (title, asset) = await AssetAsync();
        var file = Path.Combine(_directory.FullName, "ladder.json");
        await File.WriteAllTextAsync(file, $"[{Step(title, 1080)},{Step(title, 720)}]");

        var created = await host.Cli.ManyAsync<StreamVariant>("variant", "ladder", asset, file);
        await File.WriteAllTextAsync(file, await host.Cli.OutputAsync("variant", "list", asset, "--json"));
        var refused = await host.Cli.RunAsync("variant", "ladder", asset, file);
        var replaced = await host.Cli.ManyAsync<StreamVariant>("variant", "ladder", asset, file, "--replace");

        Assert.Equal([QualityTier.P1080, QualityTier.P720], created.Select(variant => variant.Tier));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("VARIANT_EXISTS", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(created.Select(variant => variant.StorageKey), replaced.Select(variant => variant.StorageKey));
        Assert.Equal(2, (await host.Cli.ManyAsync<StreamVariant>("variant", "list", asset)).Count(variant => !created.Select(old => old.Id).Contains(variant.Id, StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Ladder_OneThatBreaksRules_CreatesNoneAndNamesIt()
    {
        var (title, asset) = await AssetAsync();
        var file = Path.Combine(_directory.FullName, "ladder.json");
        await File.WriteAllTextAsync(file, $"{Step(title, 1080)}\n{Step(title, 720).Replace("STREAM_PROTOCOL_HLS", "STREAM_PROTOCOL_MP4", StringComparison.Ordinal)}");

        var ended = await host.Cli.RunAsync("variant", "ladder", asset, file);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("variants[1].container", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(await host.Cli.ManyAsync<StreamVariant>("variant", "list", asset));
    }

    private static string Step(string title, int lines) => $$"""
        {"protocol":"STREAM_PROTOCOL_HLS","container":"CONTAINER_FMP4","videoCodec":"VIDEO_CODEC_H264","audioCodec":"AUDIO_CODEC_AAC","peakBandwidthBps":6000000,
         "averageBandwidthBps":4000000,"width":{{lines * 16 / 9}},"height":{{lines}},"frameRate":25,"dynamicRange":"DYNAMIC_RANGE_SDR","bitDepth":8,"audioChannels":2,
         "drmSystem":"DRM_SYSTEM_NONE","isStreamable":true,"tier":"QUALITY_TIER_P{{lines}}","storageKey":"hls/{{title}}/v1/{{lines}}/index.m3u8"}
        """;

    private async Task<string> TitleAsync() => (await host.Cli.OneAsync<Title>("title", "create", "--kind", "movie", "--name", "The Harbour")).Id;

    private async Task<(string Title, string Asset)> AssetAsync()
    {
        var title = await TitleAsync();
        var asset = await host.Cli.OneAsync<MediaAsset>(
            "asset", "create", title, "--kind", "video", "--storage-key", $"originals/{title}/film.mov", "--mime-type", "video/quicktime");
        return (title, asset.Id);
    }
}
