using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Streams;

/// <summary>The rules of audio, encryption and codec strings, below, at and above their edges.</summary>
public sealed class AudioAndDrmRulesTests
{
    private static readonly MediaAsset Asset = new() { Id = Samples.NewId().ToString(), Scope = new() { TitleId = Samples.NewId().ToString() } };

    private static readonly string KeyId = Samples.NewId().ToString();

    public static TheoryData<string, Action<StreamVariant>> AudioOnlyViolations() => new()
    {
        { "video_codec", v => v.VideoCodec = VideoCodec.H264 },
        { "video_codec", v => v.VideoCodec = VideoCodec.Unspecified },
        { "width", v => v.Width = 1 },
        { "height", v => v.Height = 1 },
        { "frame_rate", v => v.FrameRate = 0.1 },
        { "bit_depth", v => v.BitDepth = 8 },
        { "dynamic_range", v => v.DynamicRange = DynamicRange.Sdr },
        { "is_streamable", v => (v.IsStreamable, v.Tier) = (true, QualityTier.P480) },
        { "audio_channels", v => v.AudioChannels = 0 },
        { "video_codec", v => v.VideoCodec = (VideoCodec)9 },
    };

    [Theory]
    [MemberData(nameof(AudioOnlyViolations))]
    public void AudioOnly_WithSomethingOfVideo_IsRefused(string field, Action<StreamVariant> change)
    {
        RuleAssert.Broken([], SampleVariants.AudioOnly(Asset));
        RuleAssert.Broken([field], SampleVariants.AudioOnly(Asset), change);
    }

    [Fact]
    public void Video_WithoutACodec_IsRefused()
    {
        RuleAssert.Broken(["video_codec"], SampleVariants.Step(Asset), v => v.VideoCodec = VideoCodec.None);
        RuleAssert.Broken(["video_codec"], SampleVariants.Step(Asset), v => v.VideoCodec = VideoCodec.Unspecified);
        RuleAssert.Broken(["dynamic_range"], SampleVariants.Step(Asset), v => v.DynamicRange = DynamicRange.Unspecified);
    }

    [Fact]
    public void AudioOnly_WithoutAudio_IsRefused() => RuleAssert.Broken(
        ["audio_codec"], SampleVariants.AudioOnly(Asset), v => (v.AudioCodec, v.AudioChannels, v.AudioLanguage) = (AudioCodec.None, 0, ""));

    [Theory]
    [InlineData(AudioCodec.Aac, -1, false)]
    [InlineData(AudioCodec.Aac, 0, false)]
    [InlineData(AudioCodec.Aac, 1, true)]
    [InlineData(AudioCodec.Opus, 64, true)]
    [InlineData(AudioCodec.Opus, 65, false)]
    [InlineData(AudioCodec.None, 0, true)]
    [InlineData(AudioCodec.None, 1, false)]
    [InlineData(AudioCodec.None, -1, false)]
    public void Channels_OfACodec_AreThereWithAudioOnly(AudioCodec codec, int channels, bool allowed) => RuleAssert.Broken(
        allowed ? [] : ["audio_channels"], SampleVariants.Step(Asset), v => (v.AudioCodec, v.AudioChannels, v.AudioLanguage) = (codec, channels, ""));

    [Fact]
    public void Language_WithoutAudio_IsRefused() => RuleAssert.Broken(
        ["audio_language"], SampleVariants.Step(Asset), v => (v.AudioCodec, v.AudioChannels) = (AudioCodec.None, 0));

    [Theory]
    [InlineData(DrmSystem.None, false, EncryptionScheme.Unspecified, "")]
    [InlineData(DrmSystem.None, true, EncryptionScheme.Unspecified, "drm_key_id")]
    [InlineData(DrmSystem.None, false, EncryptionScheme.Cbcs, "encryption_scheme")]
    [InlineData(DrmSystem.Widevine, true, EncryptionScheme.Cenc, "")]
    [InlineData(DrmSystem.Widevine, true, EncryptionScheme.Cbcs, "")]
    [InlineData(DrmSystem.Widevine, false, EncryptionScheme.Cbcs, "drm_key_id")]
    [InlineData(DrmSystem.Widevine, true, EncryptionScheme.Unspecified, "encryption_scheme")]
    [InlineData(DrmSystem.Widevine, true, (EncryptionScheme)9, "encryption_scheme")]
    [InlineData(DrmSystem.Playready, true, EncryptionScheme.Cenc, "")]
    [InlineData(DrmSystem.Fairplay, true, EncryptionScheme.Cbcs, "")]
    [InlineData(DrmSystem.Fairplay, true, EncryptionScheme.Cenc, "encryption_scheme")]
    public void Drm_OfASystem_HasKeyIdAndAFittingScheme(DrmSystem system, bool hasKey, EncryptionScheme scheme, string broken) => RuleAssert.Broken(
        broken.Length == 0 ? [] : [broken],
        SampleVariants.Step(Asset),
        v => (v.DrmSystem, v.DrmKeyId, v.EncryptionScheme) = (system, hasKey ? KeyId : "", scheme));

    [Theory]
    [InlineData(Container.Ts, EncryptionScheme.Cenc, false)]
    [InlineData(Container.Ts, EncryptionScheme.Cbcs, true)]
    [InlineData(Container.Fmp4, EncryptionScheme.Cenc, true)]
    public void Cenc_InTransportStreams_IsRefused(Container container, EncryptionScheme scheme, bool allowed) => RuleAssert.Broken(
        allowed ? [] : ["encryption_scheme"],
        SampleVariants.Step(Asset),
        v => (v.Container, v.DrmSystem, v.DrmKeyId, v.EncryptionScheme) = (container, DrmSystem.Widevine, KeyId, scheme));

    [Theory]
    [InlineData("", true)]
    [InlineData("opus", true)]
    [InlineData("avc1.640028,mp4a.40.2", true)]
    [InlineData("hvc1.2.4.L123.B0,ec-3", true)]
    [InlineData("av01.0.08M.10.0.110.09.16.09.0", true)]
    [InlineData("avc1.640028, mp4a.40.2", false)]
    [InlineData("avc1.640028,", false)]
    [InlineData(",mp4a.40.2", false)]
    [InlineData("avc1,,mp4a", false)]
    [InlineData("avc1\"", false)]
    [InlineData("avc1/mp4a", false)]
    [InlineData("avc1;mp4a", false)]
    [InlineData("avc1\n", false)]
    [InlineData("avc1\u00e9", false)]
    public void Codecs_OfAnyVariant_AreAList(string codecs, bool allowed) =>
        RuleAssert.Broken(allowed ? [] : ["codecs"], SampleVariants.Step(Asset), v => v.Codecs = codecs);

    [Theory]
    [InlineData(199, true)]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void Codecs_OfALength_EndAtTheLimit(int length, bool allowed)
    {
        var text = new string('x', length);
        RuleAssert.Broken(allowed ? [] : ["codecs"], SampleVariants.Step(Asset), v => v.Codecs = text);
        RuleAssert.Broken(
            allowed ? [] : ["supplemental_codecs"],
            SampleVariants.Step(Asset),
            v => (v.DynamicRange, v.BitDepth, v.SupplementalCodecs) = (DynamicRange.DolbyVision, 10, text));
    }

    [Theory]
    [InlineData("dvh1.08.07/db4h", DynamicRange.DolbyVision, true)]
    [InlineData("dvh1.08.07/db4h,dvh1.08.06/db2g/db1p", DynamicRange.DolbyVision, true)]
    [InlineData("dvh1.08.07/db4h", DynamicRange.Hdr10, false)]
    [InlineData("dvh1.08.07/db4h", DynamicRange.Hlg, false)]
    [InlineData("dvh1.08.07/", DynamicRange.DolbyVision, false)]
    [InlineData("/db4h", DynamicRange.DolbyVision, false)]
    [InlineData("dvh1.08.07//db4h", DynamicRange.DolbyVision, false)]
    [InlineData("dvh1.08.07 /db4h", DynamicRange.DolbyVision, false)]
    public void SupplementalCodecs_OfARange_AreForDolbyVision(string codecs, DynamicRange range, bool allowed) => RuleAssert.Broken(
        allowed ? [] : ["supplemental_codecs"],
        SampleVariants.Step(Asset),
        v => (v.DynamicRange, v.BitDepth, v.SupplementalCodecs) = (range, 10, codecs));
}
