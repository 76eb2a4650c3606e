using System.Globalization;
using System.Text.Json;

namespace MoviesNow.Cli.Packaging;

/// <summary>How loud a track is (EBU R128), as ffmpeg's loudnorm measures it.</summary>
/// <param name="Integrated">In LUFS; negative infinity for silence.</param>
/// <param name="TruePeak">In dBTP.</param>
/// <param name="Range">In LU.</param>
/// <param name="Threshold">In LUFS.</param>
/// <param name="Offset">In LU.</param>
internal sealed record Loudness(double Integrated, double TruePeak, double Range, double Threshold, double Offset)
{
    private const double Audible = -70;

    public bool IsSilent => !(Integrated > Audible && double.IsFinite(TruePeak) && double.IsFinite(Threshold));

    /// <summary>Reads the object that loudnorm prints at the end of what ffmpeg writes.</summary>
    public static Loudness? Read(string output)
    {
        var (start, end) = (output.LastIndexOf('{'), output.LastIndexOf('}'));
        if (start < 0 || end < start)
        {
            return null;
        }

        using var json = JsonDocument.Parse(output.AsMemory(start, end - start + 1));
        return new Loudness(Value("input_i"), Value("input_tp"), Value("input_lra"), Value("input_thresh"), Value("target_offset"));

        double Value(string name) => json.RootElement.GetProperty(name).GetString() switch
        {
            "-inf" => double.NegativeInfinity,
            "inf" => double.PositiveInfinity,
            var text => double.Parse(text!, CultureInfo.InvariantCulture),
        };
    }
}

/// <summary>The arguments of ffmpeg for audio: measured in a first pass, brought to the same loudness in a second one.</summary>
internal static class AudioArguments
{
    /// <summary>Integrated loudness in LUFS (EBU R128).</summary>
    public const int TargetLoudness = -23;

    /// <summary>Highest true peak in dBTP (EBU R128).</summary>
    public const int TargetPeak = -1;

    /// <summary>Of a rendition.</summary>
    public const int BitsPerSecond = 160_000;
    private const int LeastRange = 20;
    private const int LargestRange = 50;

    // What begins after the picture, or has gaps, is filled with silence.
    private const string Prepared = "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo";

    public static IReadOnlyList<string> Measure(string source, AudioRendition audio, PlanOptions options) =>
    [
        "-loglevel", "info", .. VideoArguments.Damage(options), .. VideoArguments.Source(source), "-map", Stream(audio),
        "-af", $"{Prepared},loudnorm=I={TargetLoudness}:TP={TargetPeak}:LRA={LeastRange}:print_format=json", "-f", "null", "-",
    ];

    /// <summary>All arguments. The playlist is <c>index.m3u8</c> in the folder that ffmpeg runs in.</summary>
    /// <param name="source">The film.</param>
    /// <param name="audio">The rendition.</param>
    /// <param name="loudness">What the first pass measured; null for silence, which is left as it is.</param>
    /// <param name="duration">That of the picture, to which the audio is cut or filled up.</param>
    /// <param name="options">What the user wants.</param>
    public static IReadOnlyList<string> Encode(string source, AudioRendition audio, Loudness loudness, TimeSpan duration, PlanOptions options)
    {
        var filter = loudness.IsSilent ? Prepared : $"{Prepared},{Normalised(loudness)},aresample=48000";
        return
        [
            .. VideoArguments.Damage(options), .. VideoArguments.Source(source), "-map", Stream(audio), "-af", $"{filter},apad",
            "-t", duration.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture),
            "-c:a", "aac", "-b:a", BitsPerSecond.ToString(CultureInfo.InvariantCulture), "-ac", "2", "-ar", "48000",
            .. VideoArguments.Hls(options.Container), "-hls_fmp4_init_filename", "init.mp4",
            "-hls_segment_filename", $"seg_%05d{VideoArguments.Extension(options.Container)}", "index.m3u8",
        ];
    }

    // A range that is no smaller than the measured one keeps the gain the same throughout, unless peaks would be cut.
    private static string Normalised(Loudness loudness) => string.Create(
        CultureInfo.InvariantCulture,
        $"loudnorm=I={TargetLoudness}:TP={TargetPeak}:LRA={Math.Clamp(Math.Ceiling(loudness.Range), LeastRange, LargestRange)}:measured_I={loudness.Integrated}"
        + $":measured_TP={loudness.TruePeak}:measured_LRA={loudness.Range}:measured_thresh={loudness.Threshold}:offset={loudness.Offset}:linear=true");

    private static string Stream(AudioRendition audio) => $"0:{audio.Track.Index}";
}
