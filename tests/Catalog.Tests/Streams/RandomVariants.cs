using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Streams;

/// <summary>Variants near the edges of the rules: valid ones of which fields are changed to values around their edges.</summary>
internal static class RandomVariants
{
    private static readonly string[] CodecTexts =
    [
        "", "avc1.640028", "avc1.640028,mp4a.40.2", "dvh1.08.07/db4h", "a,", ",a", "a//b", "a/b,c", "a b", "a\"", "a'b", "{^_`|}~!#$%&*+.-", "a\\", "a[b]",
        "é", "a\n", "a=b", new('x', 200), new('x', 201),
    ];

    private static readonly int[] Numbers =
        [-1, 0, 1, 7, 8, 9, 10, 11, 12, 13, 64, 65, 479, 480, 481, 720, 721, 1_080, 1_081, 2_160, 2_161, 16_384, 16_385, int.MaxValue, int.MinValue];

    private static readonly double[] Rates = [-1, -0.0, 0, double.Epsilon, 24, 300, 300.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    private static readonly long[] Bandwidths = [-1, 0, 1, 2, 1_000, long.MaxValue, long.MinValue];

    /// <summary>Each start with each change by itself: all single edges.</summary>
    public static IEnumerable<StreamVariant> Single(MediaAsset asset) =>
        from start in Starts(asset)
        from change in Changes.SelectMany(changes => changes)
        select Changed(start, [change]);

    /// <summary>Starts with several changes.</summary>
    public static Gen<StreamVariant> Several(MediaAsset asset) =>
        from start in Gen.Elements(Starts(asset))
        from count in Gen.Choose(2, 4)
        from changes in Gen.OneOf(Changes.Select(changes => Gen.Elements(changes))).ArrayOf(count)
        select Changed(start, changes);

    private static Action<StreamVariant>[][] Changes =>
    [
        Any<StreamProtocol>((v, x) => v.Protocol = x),
        Any<Container>((v, x) => v.Container = x),
        Any<VideoCodec>((v, x) => v.VideoCodec = x),
        Any<AudioCodec>((v, x) => v.AudioCodec = x),
        Any<DynamicRange>((v, x) => v.DynamicRange = x),
        Any<DrmSystem>((v, x) => v.DrmSystem = x),
        Any<EncryptionScheme>((v, x) => v.EncryptionScheme = x),
        Any<QualityTier>((v, x) => v.Tier = x),
        One(CodecTexts, (v, x) => v.Codecs = x),
        One(CodecTexts, (v, x) => v.SupplementalCodecs = x),
        One(Bandwidths, (v, x) => v.PeakBandwidthBps = x),
        One(Bandwidths, (v, x) => v.AverageBandwidthBps = x),
        One(Numbers, (v, x) => v.Width = x),
        One(Numbers, (v, x) => v.Height = x),
        One(Rates, (v, x) => v.FrameRate = x),
        One(Numbers, (v, x) => v.BitDepth = x),
        One(Numbers, (v, x) => v.AudioChannels = x),
        One(["", "en"], (v, x) => v.AudioLanguage = x),
        One(["", "0198c0de-7a5b-7c3d-8e9f-0123456789ab"], (v, x) => v.DrmKeyId = x),
        One([false, true], (v, x) => v.IsDefault = x),
        One([false, true], (v, x) => v.IsAudioOnly = x),
        One([false, true], (v, x) => v.IsDownloadable = x),
        One([false, true], (v, x) => v.IsStreamable = x),
        One(Bandwidths, (v, x) => v.SizeBytes = x),
    ];

    private static StreamVariant[] Starts(MediaAsset asset)
    {
        var dash = SampleVariants.Free(asset);
        (dash.Protocol, dash.DynamicRange, dash.BitDepth, dash.VideoCodec) = (StreamProtocol.Dash, DynamicRange.DolbyVision, 10, VideoCodec.H265);
        var download = SampleVariants.Free(asset);
        (download.Protocol, download.Container, download.IsDownloadable) = (StreamProtocol.Mp4, Container.Mp4, true);
        var silent = SampleVariants.Free(asset);
        (silent.AudioCodec, silent.AudioChannels, silent.AudioLanguage) = (AudioCodec.None, 0, "");
        var protectedStep = SampleVariants.Step(asset, QualityTier.P480);
        (protectedStep.DrmSystem, protectedStep.DrmKeyId, protectedStep.EncryptionScheme) =
            (DrmSystem.Fairplay, Samples.NewId().ToString(), EncryptionScheme.Cbcs);
        return [SampleVariants.Step(asset), SampleVariants.AudioOnly(asset), dash, download, silent, protectedStep];
    }

    private static StreamVariant Changed(StreamVariant start, Action<StreamVariant>[] changes)
    {
        var variant = start.Clone();
        Array.ForEach(changes, change => change(variant));
        return variant;
    }

    private static Action<StreamVariant>[] Any<T>(Action<StreamVariant, T> set) where T : struct, Enum =>
        One([.. Enum.GetValues<T>(), (T)(object)99], set);

    private static Action<StreamVariant>[] One<T>(T[] values, Action<StreamVariant, T> set) =>
        [.. values.Select(value => (Action<StreamVariant>)(variant => set(variant, value)))];
}
