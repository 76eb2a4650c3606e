using System.Globalization;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Packaging;

/// <summary>The arguments of ffmpeg for the picture: one decode, all tiers.</summary>
internal static class VideoArguments
{
    // Apple wants a key frame every two seconds (HLS Authoring Specification 1.13); each third begins a segment.
    private const int KeyFrameSeconds = 2;
    private const double PeakFactor = 1.3;
    private const double FastFactor = 1.4;
    private const double SlowestFast = 31;
    private const double NarrowestFactor = 0.5;

    /// <summary>Average bits a second of a tier: 1.5 to 2 times the next lower one's, more for fast pictures, less for narrow ones.</summary>
    public static int BitRate(TierFrame frame, FrameRate rate)
    {
        var bits = frame.Tier switch { QualityTier.P1080 => 5_000_000, QualityTier.P720 => 2_800_000, _ => 1_500_000 };
        var shape = Math.Clamp(frame.Width / (frame.Height * 16d / 9), NarrowestFactor, 1);
        return (int)(bits * shape * (rate.Value > SlowestFast ? FastFactor : 1));
    }

    /// <summary>All arguments. The playlists of the tiers are <c>{lines}/index.m3u8</c> in the folder that ffmpeg runs in.</summary>
    public static IReadOnlyList<string> Of(string source, PackagePlan plan)
    {
        var arguments = new List<string>([.. Damage(plan.Options), .. Source(source), "-filter_complex", Filters(plan)]);
        arguments.AddRange(plan.Frames.SelectMany(frame => (string[])["-map", $"[v{frame.Height}]"]));
        arguments.AddRange(["-c:v", "libx264", "-preset", plan.Options.Preset, "-profile:v", "high", "-pix_fmt", "yuv420p"]);
        foreach (var (i, frame) in plan.Frames.Index())
        {
            var bits = BitRate(frame, plan.Rate);
            var peak = (int)(bits * PeakFactor);
            arguments.AddRange([$"-b:v:{i}", Text(bits), $"-maxrate:v:{i}", Text(peak), $"-bufsize:v:{i}", Text(peak)]);
        }

        // Key frames are where the time says, so that they are at the same frames in all tiers; nowhere else, and nothing refers across them.
        arguments.AddRange(["-force_key_frames", $"expr:gte(t,n_forced*{KeyFrameSeconds})", "-forced-idr", "1", "-sc_threshold", "0"]);
        arguments.AddRange(["-g", Text((int)Math.Ceiling(plan.Rate.Value * PackagePlan.SegmentSeconds)), "-flags", "+cgop"]);
        arguments.AddRange(["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]);
        arguments.AddRange(Hls(plan.Options.Container));
        arguments.AddRange(["-var_stream_map", string.Join(' ', plan.Frames.Index().Select(one => $"v:{one.Index},name:{one.Item.Height}"))]);
        arguments.AddRange(["-hls_segment_filename", $"%v/seg_%05d{Extension(plan.Options.Container)}", "%v/index.m3u8"]);
        return arguments;
    }

    /// <summary>The input. Other protocols are closed, as a playlist in the place of a film could name anything.</summary>
    public static IReadOnlyList<string> Source(string file) => ["-protocol_whitelist", "file", "-i", $"file:{Path.GetFullPath(file)}"];

    /// <summary>Whether ffmpeg stops where the source is damaged.</summary>
    public static IReadOnlyList<string> Damage(PlanOptions options) => options.Tolerant ? [] : ["-xerror"];

    /// <summary>How renditions are written as HLS.</summary>
    public static IReadOnlyList<string> Hls(Container container) =>
    [
        "-map_metadata", "-1", "-map_chapters", "-1", "-max_muxing_queue_size", "9999", "-f", "hls", "-hls_time", Text(PackagePlan.SegmentSeconds),
        "-hls_playlist_type", "vod", "-hls_flags", "independent_segments", "-hls_segment_type", container is Container.Ts ? "mpegts" : "fmp4",
    ];

    public static string Extension(Container container) => container is Container.Ts ? ".ts" : ".m4s";

    /// <summary>The graph: fields joined, a constant rate, the largest picture, its colours; then a copy for each tier.</summary>
    private static string Filters(PackagePlan plan)
    {
        var (video, largest) = (plan.Video, plan.Frames[0]);
        var chain = new List<string>();
        if (video.IsInterlaced)
        {
            chain.Add("bwdif=mode=send_frame:deint=all");
        }

        chain.Add($"fps={plan.Rate}:start_time=0");
        chain.AddRange(video.Range is SourceRange.Sdr ? Standard(video, largest) : ToneMapped(video, largest));
        chain.Add("setsar=1");
        var names = plan.Frames.Select(frame => $"[s{frame.Height}]");
        var graph = $"[0:{video.Index}]{string.Join(',', chain)},split={plan.Frames.Count}{string.Concat(names)}";
        return string.Join(';', plan.Frames.Select(frame => Tier(frame, largest)).Prepend(graph));
    }

    private static string Tier(TierFrame frame, TierFrame largest)
    {
        var scale = (frame.PictureWidth, frame.PictureHeight) == (largest.PictureWidth, largest.PictureHeight)
            ? "null" : $"scale={frame.PictureWidth}:{frame.PictureHeight}:flags=lanczos";
        var bars = frame.HasBars ? $",pad={frame.Width}:{frame.Height}:{frame.Left}:{frame.Top}:color=black" : "";
        return $"[s{frame.Height}]{scale}{bars},setsar=1[v{frame.Height}]";
    }

    private static string[] Standard(VideoTrack video, TierFrame largest) =>
    [
        $"scale={largest.PictureWidth}:{largest.PictureHeight}:flags=lanczos:in_color_matrix={MatrixOf(video)}:out_color_matrix=bt709:out_range=tv",
        "format=yuv420p",
    ];

    // Scaled first: mapping is by far the slowest step. 100 nits are the white of BT.709.
    private static string[] ToneMapped(VideoTrack video, TierFrame largest) =>
    [
        $"scale={largest.PictureWidth}:{largest.PictureHeight}:flags=lanczos,format=yuv420p10le",
        $"zscale=tin={(video.Range is SourceRange.Pq ? "smpte2084" : "arib-std-b67")}:pin=bt2020:min=bt2020nc:rin=limited:t=linear:npl=100",
        "format=gbrpf32le", "zscale=p=bt709", "tonemap=tonemap=hable:desat=0", "zscale=t=bt709:m=bt709:r=limited", "format=yuv420p",
    ];

    // What tells no colours is of standard definition up to 576 lines, and BT.709 above, as decoders assume.
    private static string MatrixOf(VideoTrack video) => video.Matrix switch
    {
        "bt709" => "bt709",
        "smpte170m" or "bt470bg" => "bt601",
        "bt2020nc" or "bt2020c" => "bt2020",
        "fcc" => "fcc",
        "smpte240m" => "smpte240m",
        _ => video.Height > 576 ? "bt709" : "bt601",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
