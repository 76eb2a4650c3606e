using System.Security.Cryptography;
using System.Text;

namespace MoviesNow.Bench.Scenarios;

/// <summary>An HLS package of one variant, with segments of noise.</summary>
internal static class PackageTree
{
    /// <summary>What can be played of it.</summary>
    public const string Ladder = """
        {"protocol": "STREAM_PROTOCOL_HLS", "container": "CONTAINER_TS", "videoCodec": "VIDEO_CODEC_H264", "audioCodec": "AUDIO_CODEC_AAC",
         "codecs": "avc1.640028,mp4a.40.2", "peakBandwidthBps": 6000000, "averageBandwidthBps": 4500000, "width": 1920, "height": 1080, "frameRate": 24,
         "dynamicRange": "DYNAMIC_RANGE_SDR", "bitDepth": 8, "audioChannels": 2, "audioLanguage": "en", "drmSystem": "DRM_SYSTEM_NONE",
         "isStreamable": true, "tier": "QUALITY_TIER_P1080", "storageKey": "v1080/index.m3u8"}
        """;

    public static async Task WriteAsync(string directory, int files, int fileSize)
    {
        var media = Directory.CreateDirectory(Path.Combine(directory, "v1080")).FullName;
        var playlist = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n");
        for (var i = 0; i < files; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(media, $"{i:00000}.ts"), RandomNumberGenerator.GetBytes(fileSize));
            playlist.Append("#EXTINF:4.0,\n").Append($"{i:00000}.ts\n");
        }

        await File.WriteAllTextAsync(Path.Combine(media, "index.m3u8"), playlist.Append("#EXT-X-ENDLIST\n").ToString());
        await File.WriteAllTextAsync(
            Path.Combine(directory, "master.m3u8"),
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=6000000,AVERAGE-BANDWIDTH=4500000,CODECS=\"avc1.640028,mp4a.40.2\",RESOLUTION=1920x1080,FRAME-RATE=24.000\nv1080/index.m3u8\n");
    }
}
