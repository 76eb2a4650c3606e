using System.Globalization;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Packaging;

/// <summary>What the user wants of a package.</summary>
/// <param name="Container">TS or FMP4.</param>
/// <param name="Preset">The preset of x264: how much time a better picture is worth.</param>
/// <param name="Pad">Whether a source below the lowest tier is put into it with bars around.</param>
/// <param name="Language">The language of tracks that tell none; null leaves them without.</param>
/// <param name="Tolerant">Whether damage in the source is passed over.</param>
internal sealed record PlanOptions(Container Container, string Preset, bool Pad, string? Language, bool Tolerant);

/// <summary>An audio rendition.</summary>
/// <param name="Track">The track it is made of.</param>
/// <param name="Folder">Its folder in the package.</param>
/// <param name="Language">BCP 47; empty when it is not known.</param>
/// <param name="Label">Its name; empty when its language names it.</param>
/// <param name="IsDefault">Whether it plays first.</param>
internal sealed record AudioRendition(AudioTrack Track, string Folder, string Language, string Label, bool IsDefault);

/// <summary>A subtitle rendition.</summary>
/// <param name="Track">The track it is made of.</param>
/// <param name="Folder">Its folder in the package.</param>
/// <param name="Language">BCP 47.</param>
/// <param name="Kind">SUBTITLE or CAPTION.</param>
/// <param name="IsPrimary">Whether it is shown first.</param>
internal sealed record SubtitleRendition(SubtitleTrack Track, string Folder, string Language, AssetKind Kind, bool IsPrimary);

/// <summary>What is made of a source. It follows from the source and the options alone.</summary>
/// <param name="Options">What the user wants.</param>
/// <param name="Duration">Of the source; zero when unknown.</param>
/// <param name="Video">The picture.</param>
/// <param name="CoverIndex">Index of the embedded cover; null when there is none.</param>
/// <param name="Rate">Frames a second of all tiers.</param>
/// <param name="Frames">The tiers, the highest first.</param>
/// <param name="Audio">Audio renditions.</param>
/// <param name="Subtitles">Subtitle renditions.</param>
/// <param name="Warnings">What the user should know.</param>
internal sealed record PackagePlan(
    PlanOptions Options,
    TimeSpan Duration,
    VideoTrack Video,
    int? CoverIndex,
    FrameRate Rate,
    IReadOnlyList<TierFrame> Frames,
    IReadOnlyList<AudioRendition> Audio,
    IReadOnlyList<SubtitleRendition> Subtitles,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Seconds of a segment.</summary>
    public const int SegmentSeconds = 6;

    /// <summary>Bits a second of everything that is made.</summary>
    public long BitsPerSecond => Frames.Sum(frame => (long)VideoArguments.BitRate(frame, Rate)) + ((long)Audio.Count * AudioArguments.BitsPerSecond);

    private const int MaxName = 200;
    private const int MaxLabel = 60;
    private const int MaxFiles = 20_000;
    private const int DolbyVisionAlone = 5;

    private static readonly HashSet<string> TextCodecs =
        new(["subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text", "ttml", "microdvd", "sami", "subviewer"], StringComparer.Ordinal);

    private static readonly HashSet<string> NoFilms = new(["tty", "image2", "ico", "srt", "webvtt", "ass"], StringComparer.Ordinal);

    /// <summary>Plans the package of a source.</summary>
    /// <param name="file">The source.</param>
    /// <param name="probe">What is in it.</param>
    /// <param name="options">What the user wants.</param>
    /// <param name="canToneMap">Whether this ffmpeg can turn a high dynamic range into the standard one.</param>
    /// <exception cref="CommandException">It cannot be packaged; the message says why and what to do.</exception>
    public static PackagePlan Of(string file, Probe probe, PlanOptions options, bool canToneMap)
    {
        var name = $"'{PrintableText.Of(Path.GetFileName(file), MaxName)}'";
        var warnings = new List<string>();
        var video = VideoOf(name, probe, canToneMap);
        var frames = FramesOf(name, video, options, warnings);
        var rate = FrameRate.ForOutput(video.Rate, video.IsVariableRate);
        Warn(video, rate, frames, warnings);
        var audio = AudioOf(probe, options, warnings);
        var subtitles = SubtitlesOf(probe, options, audio, warnings);
        var files = (frames.Count + audio.Count) * Math.Ceiling(probe.Duration.TotalSeconds / SegmentSeconds)
            + subtitles.Count * Math.Ceiling(probe.Duration.TotalSeconds / WebVtt.SegmentSeconds);
        return files < MaxFiles
            ? new PackagePlan(options, probe.Duration, video, probe.CoverIndex, rate, frames, audio, subtitles, warnings)
            : throw new CommandException($"{name} would have {files:N0} segments, and a package has at most {MaxFiles:N0} files: cut it into parts, or leave out audio tracks.");
    }

    private static VideoTrack VideoOf(string name, Probe probe, bool canToneMap)
    {
        var formats = probe.Format.Split(',');
        if (formats.Any(format => NoFilms.Contains(format) || format.EndsWith("_pipe", StringComparison.Ordinal)))
        {
            throw new CommandException($"{name} is not a film but {probe.Format}: give the file of a film.");
        }

        var video = probe.Video ?? throw new CommandException($"{name} has no picture: give a file with a video track.");
        if (video.DolbyVisionProfile is DolbyVisionAlone)
        {
            throw new CommandException($"{name} is Dolby Vision of profile 5, whose colours need a licensed decoder: export it as HDR10, HLG or SDR.");
        }

        return video.Range is SourceRange.Sdr || canToneMap ? video : throw new CommandException(
            $"{name} has a high dynamic range ({video.Range.ToString().ToUpperInvariant()}), and this ffmpeg lacks the filter zscale that maps it to the standard one: "
            + "install an ffmpeg with libzimg (Debian's has it), or export the film as SDR.");
    }

    private static IReadOnlyList<TierFrame> FramesOf(string name, VideoTrack video, PlanOptions options, List<string> warnings)
    {
        if (TierFrame.Of(video.Width, video.Height) is { Count: > 0 } frames)
        {
            return frames;
        }

        if (!options.Pad)
        {
            throw new CommandException(
                $"{name} has {video.Width}x{video.Height} pixels, which fill no tier: the lowest has 480 lines (854x480 at 16:9), and pictures are not enlarged. "
                + "Give a larger source, or say --pad to put the picture into 480 lines with black bars around.");
        }

        warnings.Add($"The picture of {video.Width}x{video.Height} is put into 480 lines with black bars around.");
        return [TierFrame.Padded(video.Width, video.Height)];
    }

    private static void Warn(VideoTrack video, FrameRate rate, IReadOnlyList<TierFrame> frames, List<string> warnings)
    {
        if (video.Range is not SourceRange.Sdr)
        {
            warnings.Add($"The high dynamic range ({video.Range.ToString().ToUpperInvariant()}) is mapped to the standard one (BT.709).");
        }

        if (video.IsInterlaced)
        {
            warnings.Add("The picture is interlaced; its fields are joined.");
        }

        if (video.IsVariableRate)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"The frame rate varies (average {video.Rate.Value:0.###}); it becomes {rate.Value:0.###}."));
        }
        else if (Math.Abs(rate.Value - video.Rate.Value) > video.Rate.Value * 0.005)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"The frame rate of {video.Rate.Value:0.###} becomes {rate.Value:0.###}."));
        }

        if (frames.Count < 3 && frames.Any(frame => !frame.HasBars || frame.Tier is not QualityTier.P480))
        {
            warnings.Add($"There is no tier above {frames[0].Height} lines, as the picture has {video.Width}x{video.Height} pixels and is not enlarged.");
        }
    }

    private static List<AudioRendition> AudioOf(Probe probe, PlanOptions options, List<string> warnings)
    {
        var tracks = probe.Audio;
        if (tracks.Count == 0)
        {
            warnings.Add("There is no audio: the film is silent.");
        }

        var first = tracks.FirstOrDefault(track => track.IsDefault, tracks.Count > 0 ? tracks[0] : null!);
        var names = new HashSet<(string, string)>();
        var renditions = new List<AudioRendition>();
        foreach (var (number, track) in tracks.Index())
        {
            var language = track.Language ?? options.Language ?? "";
            if (language.Length == 0)
            {
                warnings.Add($"Audio track {number + 1} tells no language: say it with --language.");
            }

            var label = PrintableText.Of(track.Title.Trim(), MaxLabel);
            for (var copy = 2; !names.Add((language, label)); copy++)
            {
                label = string.Create(CultureInfo.InvariantCulture, $"{PrintableText.Of(track.Title.Trim(), MaxLabel)} {copy}").Trim();
            }

            if (track.Channels > 2)
            {
                warnings.Add($"Audio track {number + 1} has {track.Channels} channels and is mixed down to stereo.");
            }

            renditions.Add(new AudioRendition(track, $"audio/{number + 1}-{(language.Length > 0 ? language : "und")}", language, label, ReferenceEquals(track, first)));
        }

        return renditions;
    }

    private static List<SubtitleRendition> SubtitlesOf(Probe probe, PlanOptions options, List<AudioRendition> audio, List<string> warnings)
    {
        var spoken = audio.Find(one => one.IsDefault)?.Language;
        var renditions = new List<SubtitleRendition>();
        foreach (var (number, track) in probe.Subtitles.Index())
        {
            var language = track.Language ?? options.Language;
            var problem = !TextCodecs.Contains(track.Codec) ? $"are pictures ({PrintableText.Of(track.Codec, MaxLabel)})"
                : track.IsForced ? "are forced ones, which the catalogue does not know"
                : language is null ? "tell no language (say it with --language)"
                : null;
            if (problem is not null)
            {
                warnings.Add($"Subtitles {number + 1} {problem}; they are left out.");
                continue;
            }

            var kind = track.IsForDeaf ? AssetKind.Caption : AssetKind.Subtitle;
            // Who understands what is spoken does not want to read it; and at most one is shown first.
            var isPrimary = track.IsDefault && !string.Equals(language, spoken, StringComparison.Ordinal) && !renditions.Exists(one => one.IsPrimary);
            renditions.Add(new SubtitleRendition(track, $"subtitles/{number + 1}-{language}", language!, kind, isPrimary));
        }

        return renditions;
    }
}
