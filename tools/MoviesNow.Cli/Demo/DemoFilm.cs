using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using MoviesNow.Catalog.V1;
using Win32Exception = System.ComponentModel.Win32Exception;

namespace MoviesNow.Cli.Demo;

/// <summary>
/// A short film for trying: a test picture with a running clock and a tone, in three tiers, as fragmented MP4 in HLS; and its poster.
/// ffmpeg makes it where it is installed. Elsewhere it is <c>film.zip</c> beside this file, which the same call made of lower bit rates.
/// </summary>
/// <param name="Folder">Folder of the package.</param>
/// <param name="Poster">The poster, PNG.</param>
/// <param name="IsEncoded">Whether ffmpeg made it now.</param>
internal sealed record DemoFilm(string Folder, string Poster, bool IsEncoded)
{
    /// <summary>How long it is.</summary>
    public const int Seconds = 24;

    /// <summary>How long each segment is.</summary>
    public const int SegmentSeconds = 4;

    private const int FrameRate = 12;
    private const string Master = "ffmpeg.m3u8";
    private const string AudioName = "en";
    private const string PosterName = "poster.png";

    private const string Filters =
        "[0:v]split=3[p1080][b][c];[b]scale=1280:720:flags=fast_bilinear[p720];[c]scale=854:480:flags=fast_bilinear[p480];"
        + "[1:a]aformat=channel_layouts=stereo[en]";

    private const string Streams = $"v:0,name:1080p v:1,name:720p v:2,name:480p a:0,name:{AudioName}";

    // Every segment begins with one.
    private static readonly string[] Keyframes = ["-g", $"{SegmentSeconds * FrameRate}", "-keyint_min", $"{SegmentSeconds * FrameRate}", "-sc_threshold", "0"];

    private static readonly (QualityTier Tier, int Width, int Height, string Rate)[] Tiers =
        [(QualityTier.P1080, 1920, 1080, "900k"), (QualityTier.P720, 1280, 720, "500k"), (QualityTier.P480, 854, 480, "250k")];

    /// <summary>Makes the film in a new folder.</summary>
    /// <param name="directory">Where; it exists.</param>
    /// <param name="ffmpeg">The program.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<DemoFilm> MakeAsync(string directory, string ffmpeg, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "film")).FullName;
        var isEncoded = await EncodeAsync(ffmpeg, folder, cancellationToken);
        if (!isEncoded)
        {
            Directory.Delete(folder, recursive: true);
            await using var stored = typeof(DemoFilm).Assembly.GetManifestResourceStream("film.zip")!;
            await ZipFile.ExtractToDirectoryAsync(stored, folder, cancellationToken);
        }

        var poster = Path.Combine(directory, PosterName);
        File.Move(Path.Combine(folder, PosterName), poster);
        return new DemoFilm(folder, poster, isEncoded);
    }

    /// <summary>What can be played, with the codecs that ffmpeg tells and the bit rates that the segments have.</summary>
    public IReadOnlyList<StreamVariant> Variants()
    {
        var master = File.ReadAllLines(Path.Combine(Folder, Master));
        return
        [
            .. Tiers.Select(tier => Variant($"{tier.Height}p", master, variant =>
            {
                (variant.Tier, variant.Width, variant.Height, variant.FrameRate) = (tier.Tier, tier.Width, tier.Height, FrameRate);
                (variant.VideoCodec, variant.AudioCodec, variant.DynamicRange, variant.BitDepth) = (VideoCodec.H264, AudioCodec.None, DynamicRange.Sdr, 8);
                variant.IsStreamable = true;
            })),
            Variant(AudioName, master, variant =>
            {
                (variant.Tier, variant.VideoCodec, variant.AudioCodec) = (QualityTier.Other, VideoCodec.None, AudioCodec.Aac);
                (variant.AudioChannels, variant.AudioLanguage, variant.IsAudioOnly, variant.IsDefault) = (2, AudioName, true, true);
            }),
        ];
    }

    private StreamVariant Variant(string name, string[] master, Action<StreamVariant> change)
    {
        var (peak, average) = BitRates(name);
        var variant = new StreamVariant
        {
            Label = name,
            Protocol = StreamProtocol.Hls,
            Container = Container.Fmp4,
            Codecs = master[Array.IndexOf(master, $"{name}/index.m3u8") - 1].Split("CODECS=\"")[1].Split('"')[0],
            PeakBandwidthBps = peak,
            AverageBandwidthBps = Math.Min(average, peak),
            DrmSystem = DrmSystem.None,
            StorageKey = $"{name}/index.m3u8",
        };
        change(variant);
        return variant;
    }

    /// <summary>The peak is the largest of the segments; those of less than half the target duration do not count (RFC 8216bis 4.1).</summary>
    private (long Peak, long Average) BitRates(string name)
    {
        const string Tag = "#EXTINF:";
        var lines = File.ReadAllLines(Path.Combine(Folder, name, "index.m3u8"));
        var segments = lines.Index().Where(line => line.Item.StartsWith(Tag, StringComparison.Ordinal)).Select(line => (
            Seconds: double.Parse(line.Item[Tag.Length..].TrimEnd(','), CultureInfo.InvariantCulture),
            Bits: 8 * new FileInfo(Path.Combine(Folder, name, lines[line.Index + 1])).Length)).ToArray();
        var longest = segments.Max(segment => segment.Seconds);
        return (
            (long)segments.Where(segment => segment.Seconds > longest / 2).Max(segment => segment.Bits / segment.Seconds),
            (long)(segments.Sum(segment => segment.Bits) / segments.Sum(segment => segment.Seconds)));
    }

    /// <returns>False without ffmpeg, or with one that lacks what is needed.</returns>
    private static async Task<bool> EncodeAsync(string ffmpeg, string folder, CancellationToken cancellationToken)
    {
        string[] sources =
        [
            "-f", "lavfi", "-i", $"testsrc2=size=1920x1080:rate={FrameRate}:duration={Seconds}",
            "-f", "lavfi", "-i", $"sine=frequency=440:beep_factor=4:sample_rate=48000:duration={Seconds}",
            "-f", "lavfi", "-i", "testsrc2=size=600x900:rate=1:duration=1",
        ];
        string[] maps = ["-filter_complex", Filters, .. Tiers.SelectMany(tier => (string[])["-map", $"[p{tier.Height}]"]), "-map", "[en]"];
        string[] video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", .. Keyframes];
        string[] rates = [.. Tiers.Index().SelectMany(tier => Rate(tier.Index, tier.Item.Rate)), "-c:a", "aac", "-b:a", "64k"];
        string[] segments = ["-f", "hls", "-hls_time", $"{SegmentSeconds}", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4", "-hls_flags", "independent_segments"];
        string[] names = ["-hls_segment_filename", "%v/%d.m4s", "-master_pl_name", Master, "-var_stream_map", Streams, "%v/index.m3u8"];
        string[] poster = ["-map", "2:v", "-frames:v", "1", PosterName];
        var start = new ProcessStartInfo(ffmpeg, ["-hide_banner", "-loglevel", "error", "-nostdin", .. sources, .. maps, .. video, .. rates, .. segments, .. names, .. poster])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                await process.StandardError.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }

            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static string[] Rate(int stream, string rate) => [$"-b:v:{stream}", rate, $"-maxrate:v:{stream}", rate, $"-bufsize:v:{stream}", rate];
}
