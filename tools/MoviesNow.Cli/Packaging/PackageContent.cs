using MoviesNow.Catalog.V1;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Packaging;

/// <summary>What the upload declares of a package: measured in the files that came out.</summary>
/// <param name="Variants">Tiers and audio, with the paths of their playlists in the package.</param>
/// <param name="Texts">Subtitles and captions.</param>
/// <param name="Properties">Of the highest tier.</param>
internal sealed record PackageContent(IReadOnlyList<StreamVariant> Variants, IReadOnlyList<PackageSubtitles> Texts, MediaProperties Properties)
{
    private const int Channels = 2;

    /// <summary>Reads the package, and gives all playlists one target duration.</summary>
    public static PackageContent Of(WorkFolder work, PackagePlan plan)
    {
        var tiers = plan.Frames.Select(frame => Read(work, $"video/{frame.Height}")).ToArray();
        var audio = plan.Audio.Select(one => Read(work, one.Folder)).ToArray();
        var target = tiers.Concat(audio).Max(playlist => playlist.TargetDuration);
        var first = plan.Frames.Any(frame => frame.Tier is QualityTier.P720) ? QualityTier.P720 : plan.Frames[0].Tier;
        var variants = plan.Frames.Select((frame, i) => TierOf(frame, tiers[i].WithTarget(target), plan, frame.Tier == first))
            .Concat(plan.Audio.Select((one, i) => AudioOf(one, audio[i].WithTarget(target), plan)))
            .ToArray();
        var texts = plan.Subtitles.Select((one, i) => new PackageSubtitles
        {
            Path = $"{one.Folder}/index.m3u8",
            Kind = one.Kind,
            Language = one.Language,
            IsPrimary = one.IsPrimary,
            SortOrder = i,
        });
        var properties = new MediaProperties
        {
            Width = plan.Frames[0].Width,
            Height = plan.Frames[0].Height,
            DurationMs = (long)tiers[0].Length.TotalMilliseconds,
            FrameRate = variants[0].FrameRate,
            Codecs = audio.Length > 0 ? $"{variants[0].Codecs},{CodecStrings.Aac}" : variants[0].Codecs,
        };
        return new PackageContent(variants, [.. texts], properties);
    }

    private static MediaPlaylistFile Read(WorkFolder work, string folder) => MediaPlaylistFile.Read(Path.Combine(work.Package, folder, "index.m3u8"));

    private static StreamVariant TierOf(TierFrame frame, MediaPlaylistFile playlist, PackagePlan plan, bool isDefault)
    {
        var variant = Common(playlist, plan, $"video/{frame.Height}");
        variant.VideoCodec = VideoCodec.H264;
        variant.AudioCodec = AudioCodec.None;
        variant.Codecs = CodecStrings.Avc(playlist.Head()) ?? throw new CommandException($"'{playlist.Path}' has no H.264.");
        (variant.Width, variant.Height, variant.FrameRate) = (frame.Width, frame.Height, Math.Round(plan.Rate.Value, 3));
        (variant.DynamicRange, variant.BitDepth) = (DynamicRange.Sdr, 8);
        (variant.Tier, variant.IsStreamable, variant.IsDefault, variant.Label) = (frame.Tier, true, isDefault, $"{frame.Height}p");
        return variant;
    }

    private static StreamVariant AudioOf(AudioRendition audio, MediaPlaylistFile playlist, PackagePlan plan)
    {
        var variant = Common(playlist, plan, audio.Folder);
        variant.VideoCodec = VideoCodec.None;
        variant.AudioCodec = AudioCodec.Aac;
        variant.Codecs = CodecStrings.Aac;
        (variant.AudioChannels, variant.AudioLanguage, variant.Label) = (Channels, audio.Language, audio.Label);
        (variant.IsAudioOnly, variant.IsDefault, variant.Tier) = (true, audio.IsDefault, QualityTier.Other);
        return variant;
    }

    private static StreamVariant Common(MediaPlaylistFile playlist, PackagePlan plan, string folder) => new()
    {
        Protocol = StreamProtocol.Hls,
        Container = plan.Options.Container,
        PeakBandwidthBps = playlist.PeakBandwidth,
        AverageBandwidthBps = playlist.AverageBandwidth,
        DrmSystem = DrmSystem.None,
        SizeBytes = playlist.Bytes,
        StorageKey = $"{folder}/index.m3u8",
    };
}
