using MoviesNow.Catalog.Playback.Codecs;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Playback;

public sealed class CodecsCheckTests
{
    [Theory]
    [InlineData("", VideoCodec.H264, AudioCodec.Aac, 8, DynamicRange.Sdr)]
    [InlineData("avc1.640028,mp4a.40.2", VideoCodec.H264, AudioCodec.Aac, 8, DynamicRange.Sdr)]
    [InlineData("mp4a.40.2, avc1.640028", VideoCodec.H264, AudioCodec.Aac, 8, DynamicRange.Sdr)]
    [InlineData("avc1.640028", VideoCodec.H264, AudioCodec.None, 8, DynamicRange.Sdr)]
    [InlineData("avc1.6e0028", VideoCodec.H264, AudioCodec.None, 10, DynamicRange.Hdr10)]
    [InlineData("hvc1.2.4.L123.B0,ec-3", VideoCodec.H265, AudioCodec.Eac3, 10, DynamicRange.Hdr10)]
    [InlineData("hvc1.2.4.L123.B0", VideoCodec.H265, AudioCodec.None, 8, DynamicRange.Sdr)]
    [InlineData("hvc1.4.10.L123", VideoCodec.H265, AudioCodec.None, 12, DynamicRange.Hlg)]
    [InlineData("dvh1.05.06,ac-3", VideoCodec.H265, AudioCodec.Ac3, 10, DynamicRange.DolbyVision)]
    [InlineData("vp09.02.40.10,opus", VideoCodec.Vp9, AudioCodec.Opus, 10, DynamicRange.Hlg)]
    [InlineData("av01.0.08M.10,Opus", VideoCodec.Av1, AudioCodec.Opus, 10, DynamicRange.Hdr10)]
    [InlineData("mp4a.40.29", VideoCodec.None, AudioCodec.Aac, 0, DynamicRange.Unspecified)]
    [InlineData("avc1.640028,fLaC", VideoCodec.H264, AudioCodec.Aac, 8, DynamicRange.Sdr)]
    public void Violations_CodecsThatAgree_AreNone(string codecs, VideoCodec video, AudioCodec audio, int bitDepth, DynamicRange range) =>
        Assert.Empty(CodecsCheck.Violations(Variant(codecs, video, audio, bitDepth, range)));

    [Theory]
    [InlineData("avc1", VideoCodec.H264, AudioCodec.None, 8, DynamicRange.Sdr, "has 'avc1', which is not a codec as RFC 6381 writes it")]
    [InlineData("avc1.640028,", VideoCodec.H264, AudioCodec.None, 8, DynamicRange.Sdr, "has '', which is not a codec as RFC 6381 writes it")]
    [InlineData("avc1.640028", VideoCodec.H265, AudioCodec.None, 8, DynamicRange.Sdr, "has avc1.640028, but video_codec is H265;lacks")]
    [InlineData("avc1.640028", VideoCodec.H264, AudioCodec.Aac, 8, DynamicRange.Sdr, "lacks the audio codec, and audio_codec is AAC")]
    [InlineData("mp4a.40.2", VideoCodec.H264, AudioCodec.Aac, 8, DynamicRange.Sdr, "lacks the video codec, and video_codec is H264")]
    [InlineData("avc1.640028,ec-3", VideoCodec.H264, AudioCodec.Aac, 8, DynamicRange.Sdr, "has ec-3, but audio_codec is AAC")]
    [InlineData("avc1.640028,mp4a.40.2", VideoCodec.H264, AudioCodec.None, 8, DynamicRange.Sdr, "has mp4a.40.2, but audio_codec is NONE")]
    [InlineData("avc1.640028,mp4a.40.2", VideoCodec.None, AudioCodec.Aac, 0, DynamicRange.Unspecified, "has avc1.640028, but video_codec is NONE")]
    [InlineData("avc1.640028", VideoCodec.H264, AudioCodec.None, 10, DynamicRange.Sdr, "has avc1.640028, which is not for bit_depth 10")]
    [InlineData("hvc1.2.4.L123", VideoCodec.H265, AudioCodec.None, 12, DynamicRange.Sdr, "has hvc1.2.4.L123, which is not for bit_depth 12")]
    [InlineData("hvc1.1.6.L123", VideoCodec.H265, AudioCodec.None, 8, DynamicRange.Hdr10, "has hvc1.1.6.L123, which is not for dynamic_range HDR10")]
    [InlineData("dvh1.05.06", VideoCodec.H265, AudioCodec.None, 10, DynamicRange.Hdr10, "has dvh1.05.06, but dynamic_range is HDR10")]
    [InlineData("hvc1.2.4.L123", VideoCodec.H265, AudioCodec.None, 10, DynamicRange.DolbyVision, "lacks a Dolby Vision codec")]
    public void Violations_CodecsThatContradictAField_SaySo(
        string codecs, VideoCodec video, AudioCodec audio, int bitDepth, DynamicRange range, string expected)
    {
        var violations = CodecsCheck.Violations(Variant(codecs, video, audio, bitDepth, range)).ToArray();

        var first = Assert.IsType<string>(violations[0]);
        Assert.StartsWith(expected.Split(';')[0], first, StringComparison.Ordinal);
        Assert.True(violations.Length == 1 || expected.Contains(";lacks", StringComparison.Ordinal), string.Join('|', violations));
    }

    [Theory]
    [InlineData("", DynamicRange.Sdr, true)]
    [InlineData("dvh1.08.07/db4h", DynamicRange.DolbyVision, true)]
    [InlineData("dvh1.08.07/db1p,dav1.10.09/db1p/abcd", DynamicRange.DolbyVision, true)]
    [InlineData("dvh1.08.07/db4h", DynamicRange.Hdr10, false)]
    [InlineData("dvh1.08.07", DynamicRange.DolbyVision, false)]
    [InlineData("hvc1.2.4.L123/db4h", DynamicRange.DolbyVision, false)]
    [InlineData("dvh1.08.07/db4", DynamicRange.DolbyVision, false)]
    [InlineData("dvh1.08.07/db4h,", DynamicRange.DolbyVision, false)]
    public void SupplementalViolations_OfAText_AreThoseOfItsGrammar(string codecs, DynamicRange range, bool isValid) =>
        Assert.Equal(isValid, !CodecsCheck.SupplementalViolations(new StreamVariant { SupplementalCodecs = codecs, DynamicRange = range }).Any());

    private static StreamVariant Variant(string codecs, VideoCodec video, AudioCodec audio, int bitDepth, DynamicRange range) =>
        new() { Codecs = codecs, VideoCodec = video, AudioCodec = audio, BitDepth = bitDepth, DynamicRange = range };
}
