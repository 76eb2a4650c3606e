using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Streams;

/// <summary>Each rule below, at and above its edge.</summary>
public sealed class StreamVariantRulesTests
{
    private static readonly MediaAsset Asset = new()
    {
        Id = Samples.NewId().ToString(),
        Scope = new() { TitleId = Samples.NewId().ToString() },
    };

    [Theory]
    [InlineData(QualityTier.P480, 480)]
    [InlineData(QualityTier.P720, 720)]
    [InlineData(QualityTier.P1080, 1_080)]
    public void Height_OfAStreamableVariant_IsThatOfTheTier(QualityTier tier, int lines)
    {
        Broken([], Step(tier), v => v.Height = lines);
        Broken(["height"], Step(tier), v => v.Height = lines - 1);
        Broken(["height"], Step(tier), v => v.Height = lines + 1);
    }

    [Theory]
    [InlineData(QualityTier.P480, 480)]
    [InlineData(QualityTier.P720, 720)]
    [InlineData(QualityTier.P1080, 1_080)]
    [InlineData(QualityTier.P2160, 2_160)]
    [InlineData(QualityTier.Other, 16_384)]
    public void Height_OfAnyOther_IsAtMostTheTiers(QualityTier tier, int lines)
    {
        Broken(["height"], Free(tier), v => v.Height = 0);
        Broken([], Free(tier), v => v.Height = 1);
        Broken([], Free(tier), v => v.Height = lines);
        Broken(["height"], Free(tier), v => v.Height = lines + 1);
    }

    [Theory]
    [InlineData(QualityTier.Unspecified)]
    [InlineData(QualityTier.P2160)]
    [InlineData(QualityTier.Other)]
    [InlineData((QualityTier)99)]
    public void Tier_ThatIsNotStreamed_IsRefusedOfAStreamableVariant(QualityTier tier) => Broken(["tier"], Step(tier));

    [Theory]
    [InlineData(StreamProtocol.Hls, Container.Ts, true)]
    [InlineData(StreamProtocol.Hls, Container.Fmp4, true)]
    [InlineData(StreamProtocol.Hls, Container.Mp4, false)]
    [InlineData(StreamProtocol.Dash, Container.Ts, false)]
    [InlineData(StreamProtocol.Dash, Container.Fmp4, true)]
    [InlineData(StreamProtocol.Dash, Container.Mp4, true)]
    [InlineData(StreamProtocol.Mp4, Container.Ts, false)]
    [InlineData(StreamProtocol.Mp4, Container.Fmp4, false)]
    [InlineData(StreamProtocol.Mp4, Container.Mp4, true)]
    public void Container_OfAProtocol_MustFit(StreamProtocol protocol, Container container, bool fits)
    {
        Broken(fits ? [] : ["container"], Free(), v => (v.Protocol, v.Container) = (protocol, container));

        var streamable = Step();
        (streamable.Protocol, streamable.Container) = (protocol, container);
        IEnumerable<string> broken = protocol is StreamProtocol.Hls ? [] : ["protocol"];
        Broken([.. broken, .. fits && container is not Container.Mp4 ? Array.Empty<string>() : ["container"]], streamable);
    }

    [Theory]
    [InlineData(StreamProtocol.Hls, Container.Ts, true)]
    [InlineData(StreamProtocol.Mp4, Container.Mp4, true)]
    [InlineData(StreamProtocol.Dash, Container.Fmp4, false)]
    public void Download_OfAProtocol_IsForMp4AndHls(StreamProtocol protocol, Container container, bool allowed) =>
        Broken(allowed ? [] : ["is_downloadable"], Free(), v => (v.Protocol, v.Container, v.IsDownloadable) = (protocol, container, true));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(16_384, true)]
    [InlineData(16_385, false)]
    [InlineData(-1, false)]
    public void Width_OfVideo_IsOneToTheLimit(int width, bool allowed) => Broken(allowed ? [] : ["width"], Step(), v => v.Width = width);

    [Theory]
    [InlineData(0, false)]
    [InlineData(double.Epsilon, true)]
    [InlineData(300, true)]
    [InlineData(300.0001, false)]
    [InlineData(-24, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void FrameRate_OfVideo_IsAboveZeroToTheLimit(double rate, bool allowed) => Broken(allowed ? [] : ["frame_rate"], Step(), v => v.FrameRate = rate);

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(13, false)]
    [InlineData(0, false)]
    public void BitDepth_OfVideo_IsOneOfThree(int depth, bool allowed) => Broken(allowed ? [] : ["bit_depth"], Step(), v => v.BitDepth = depth);

    [Theory]
    [InlineData(DynamicRange.Hdr10)]
    [InlineData(DynamicRange.Hlg)]
    [InlineData(DynamicRange.DolbyVision)]
    public void BitDepth_OfAHighDynamicRange_IsTenOrMore(DynamicRange range)
    {
        Broken(["bit_depth"], Step(), v => (v.DynamicRange, v.BitDepth) = (range, 8));
        Broken([], Step(), v => (v.DynamicRange, v.BitDepth) = (range, 10));
        Broken([], Step(), v => (v.DynamicRange, v.BitDepth) = (range, 12));
    }

    [Theory]
    [InlineData(0, 1, "peak_bandwidth_bps")]
    [InlineData(-1, 1, "peak_bandwidth_bps")]
    [InlineData(1, 0, "average_bandwidth_bps")]
    [InlineData(1, -1, "average_bandwidth_bps")]
    [InlineData(1, 1, null)]
    [InlineData(long.MaxValue, long.MaxValue, null)]
    [InlineData(1_000, 999, null)]
    [InlineData(1_000, 1_001, "average_bandwidth_bps")]
    public void Bandwidths_OfAnyVariant_ArePositiveAndInOrder(long peak, long average, string? broken) =>
        Broken(broken is null ? [] : [broken], Step(), v => (v.PeakBandwidthBps, v.AverageBandwidthBps) = (peak, average));

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(long.MaxValue, true)]
    public void Size_OfAnyVariant_IsNotNegative(long size, bool allowed) => Broken(allowed ? [] : ["size_bytes"], Step(), v => v.SizeBytes = size);

    [Fact]
    public void Fields_ThatAreRequired_AreNamedWhenMissing() => Broken(
        [
            "protocol", "container", "video_codec", "audio_codec", "peak_bandwidth_bps", "average_bandwidth_bps", "width", "height", "frame_rate",
            "dynamic_range", "bit_depth", "drm_system", "tier",
        ],
        new());

    [Fact]
    public void Values_ThatAreNotOfTheContract_AreNamed()
    {
        var variant = Free();
        (variant.Protocol, variant.Container, variant.VideoCodec, variant.AudioCodec) = ((StreamProtocol)9, (Container)9, (VideoCodec)9, (AudioCodec)9);
        (variant.DynamicRange, variant.DrmSystem, variant.Tier) = ((DynamicRange)9, (DrmSystem)9, (QualityTier)99);

        Broken(["protocol", "container", "video_codec", "audio_codec", "dynamic_range", "drm_system", "tier"], variant);
    }

    private static StreamVariant Step(QualityTier tier = QualityTier.P1080) => SampleVariants.Step(Asset, tier);

    private static StreamVariant Free(QualityTier tier = QualityTier.P720)
    {
        var variant = Step(tier);
        (variant.IsStreamable, variant.Height) = (false, 400);
        return variant;
    }

    private static void Broken(IEnumerable<string> fields, StreamVariant variant, Action<StreamVariant>? change = null) =>
        RuleAssert.Broken(fields, variant, change);
}
