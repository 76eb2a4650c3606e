using System.Globalization;
using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing;

namespace MoviesNow.Playback.Tests.Playing;

/// <summary>
/// Twelve seconds of a test picture in three tiers, and two audio tracks, as fragmented MP4 in HLS: made by ffmpeg, and the rows that
/// describe them.
/// </summary>
internal sealed class Ladder(string folder)
{
    public const int Seconds = 12;

    private const string Filters =
        "[0:v]split=3[p1080][b][c];[b]scale=1280:720[p720];[c]scale=854:480[p480];"
        + "[1:a]aformat=channel_layouts=stereo[en];[2:a]aformat=channel_layouts=stereo[de]";

    private const string Streams = "v:0,name:1080p v:1,name:720p v:2,name:480p a:0,name:en a:1,name:de";

    private static readonly (QualityTier Tier, int Width, int Height)[] Tiers =
        [(QualityTier.P1080, 1920, 1080), (QualityTier.P720, 1280, 720), (QualityTier.P480, 854, 480)];

    public string Folder => folder;

    public async Task MakeAsync()
    {
        string[] sources = ["-f", "lavfi", "-i", $"testsrc2=size=1920x1080:rate=24:duration={Seconds}", .. Tone(440), .. Tone(330)];
        string[] maps = ["-filter_complex", Filters, "-map", "[p1080]", "-map", "[p720]", "-map", "[p480]", "-map", "[en]", "-map", "[de]"];
        string[] video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48", "-keyint_min", "48", "-sc_threshold", "0"];
        string[] rates = [.. Rate(0, "900k"), .. Rate(1, "500k"), .. Rate(2, "250k"), "-c:a", "aac", "-b:a", "64k"];
        string[] segments = ["-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4", "-hls_flags", "independent_segments"];
        string[] names = ["-hls_segment_filename", "%v/%d.m4s", "-master_pl_name", "ffmpeg.m3u8", "-var_stream_map", Streams, "%v/index.m3u8"];
        await Tool.RunAsync("ffmpeg", folder, ["-hide_banner", "-loglevel", "error", .. sources, .. maps, .. video, .. rates, .. segments, .. names]);
    }

    /// <summary>The rows, with the codecs that ffmpeg tells and the bit rates that its segments have.</summary>
    public PlaybackSource Rows()
    {
        var codecs = File.ReadAllLines(Path.Combine(folder, "ffmpeg.m3u8"));
        var videos = Tiers.Select(tier => Row($"{tier.Height}p", codecs, variant =>
        {
            (variant.Tier, variant.Width, variant.Height, variant.FrameRate) = (tier.Tier, tier.Width, tier.Height, 24);
            (variant.VideoCodec, variant.AudioCodec, variant.DynamicRange, variant.BitDepth) = (VideoCodec.H264, AudioCodec.None, DynamicRange.Sdr, 8);
            variant.IsStreamable = true;
        }));
        var audio = new[] { "en", "de" }.Select(language => Row(language, codecs, variant =>
        {
            (variant.VideoCodec, variant.AudioCodec, variant.AudioChannels, variant.AudioLanguage) = (VideoCodec.None, AudioCodec.Aac, 2, language);
            variant.IsAudioOnly = true;
        }));
        return new PlaybackSource([.. videos], [.. audio], [], "en", PlaylistRows.Folder);
    }

    private StreamVariant Row(string name, string[] codecs, Action<StreamVariant> change)
    {
        var tag = codecs[Array.IndexOf(codecs, $"{name}/index.m3u8") - 1];
        var (peak, average) = BitRates(name);
        var variant = new StreamVariant
        {
            Id = name,
            Protocol = StreamProtocol.Hls,
            Container = Container.Fmp4,
            Codecs = tag.Split("CODECS=\"")[1].TrimEnd('"'),
            PeakBandwidthBps = peak,
            AverageBandwidthBps = average,
            StorageKey = $"{PlaylistRows.Folder}{name}/index.m3u8",
        };
        change(variant);
        return variant;
    }

    /// <summary>The peak is the largest of the segments; those of less than half the target duration do not count (RFC 8216bis 4.1).</summary>
    private (long Peak, long Average) BitRates(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, name, "index.m3u8"));
        var segments = lines.Index().Where(line => line.Item.StartsWith("#EXTINF:", StringComparison.Ordinal)).Select(line => (
            Seconds: double.Parse(line.Item[8..].TrimEnd(','), CultureInfo.InvariantCulture),
            Bits: 8 * new FileInfo(Path.Combine(folder, name, lines[line.Index + 1])).Length)).ToArray();
        return (
            (long)segments.Where(segment => segment.Seconds > 1).Max(segment => segment.Bits / segment.Seconds),
            (long)(segments.Sum(segment => segment.Bits) / segments.Sum(segment => segment.Seconds)));
    }

    private static string[] Tone(int hertz) => ["-f", "lavfi", "-i", $"sine=frequency={hertz}:beep_factor=4:sample_rate=48000:duration={Seconds}"];

    private static string[] Rate(int stream, string rate) => [$"-b:v:{stream}", rate, $"-maxrate:v:{stream}", rate, $"-bufsize:v:{stream}", rate];
}
