using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Tests.Uploads;

/// <summary>A folder as an HLS package.</summary>
[Collection(UploadTestGroup.Name)]
public sealed class PackageCommandTests : IDisposable
{
    private const int Segments = 30;

    private const string Ladder = """
        {"protocol": "STREAM_PROTOCOL_HLS", "container": "CONTAINER_TS", "videoCodec": "VIDEO_CODEC_H264", "audioCodec": "AUDIO_CODEC_AAC",
         "codecs": "avc1.640028,mp4a.40.2", "peakBandwidthBps": 6000000, "averageBandwidthBps": 4500000, "width": 1920, "height": 1080, "frameRate": 24,
         "dynamicRange": "DYNAMIC_RANGE_SDR", "bitDepth": 8, "audioChannels": 2, "audioLanguage": "en", "drmSystem": "DRM_SYSTEM_NONE",
         "isStreamable": true, "tier": "QUALITY_TIER_P1080", "storageKey": "v1080/index.m3u8"}
        """;

    private readonly UploadHost _host;
    private readonly UploadFiles _files = new();

    public PackageCommandTests(UploadHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Upload_AFolder_IsSentAndPublished()
    {
        var (folder, ladder) = await FolderAsync();

        var package = await _host.Cli.OneAsync<HlsPackage>("upload", folder, "--title", await _host.MovieAsync(), "--ladder", ladder);

        Assert.Equal((PackageState.Completed, Segments + 1), (package.State, package.FileCount));
        Assert.Equal(Segments + 1, _host.Gateway.Stored.Count);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(folder, "v1080/007.ts")), await _host.ObjectAsync($"{package.Prefix}v1080/007.ts"));
    }

    [Fact]
    public async Task Upload_AFolderThatFailedInTheMiddle_GoesOnWithWhatIsMissing()
    {
        var (folder, ladder) = await FolderAsync();
        var title = await _host.MovieAsync();
        _host.Gateway.Before = context => context.Request.Path.Value!.EndsWith("020.ts", StringComparison.Ordinal)
            ? StorageGateway.RefuseAsync(context, 400, "InvalidRequest")
            : Task.FromResult(false);

        var failed = await _host.Cli.RunAsync("upload", folder, "--title", title, "--ladder", ladder);
        var sent = _host.Gateway.Stored.Count;
        _host.Gateway.Reset();
        var refused = await _host.Cli.RunAsync("upload", folder, "--title", title, "--ladder", ladder);
        var package = await _host.Cli.OneAsync<HlsPackage>("upload", folder, "--title", title, "--ladder", ladder, "--resume");

        Assert.Equal((1, 1), (failed.ExitCode, refused.ExitCode));
        Assert.Contains("--resume", failed.Errors, StringComparison.Ordinal);
        Assert.Contains("abort-package", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(PackageState.Completed, package.State);
        Assert.InRange(_host.Gateway.Stored.Count, 1, Segments + 1 - sent);
    }

    private async Task<(string Folder, string Ladder)> FolderAsync()
    {
        Directory.CreateDirectory(Path.Combine(_files.Path, "package/v1080"));
        for (var i = 0; i < Segments; i++)
        {
            await _files.CreateAsync($"package/v1080/{i:000}.ts", 10_000 + i);
        }

        var playlist = string.Concat(Enumerable.Range(0, Segments).Select(i => $"#EXTINF:4.0,\n{i:000}.ts\n"));
        await File.WriteAllTextAsync(
            Path.Combine(_files.Path, "package/v1080/index.m3u8"), $"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n{playlist}#EXT-X-ENDLIST\n");
        var ladder = Path.Combine(_files.Path, "ladder.json");
        await File.WriteAllTextAsync(ladder, Ladder);
        return (Path.Combine(_files.Path, "package"), ladder);
    }
}
