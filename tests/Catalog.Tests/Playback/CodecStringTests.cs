using MoviesNow.Catalog.Playback.Codecs;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Playback;

public sealed class CodecStringTests
{
    [Theory]
    [InlineData("avc1.640028", VideoCodec.H264, "8")]
    [InlineData("avc3.42E01E", VideoCodec.H264, "8")]
    [InlineData("avc1.4d401f", VideoCodec.H264, "8")]
    [InlineData("avc1.6e0028", VideoCodec.H264, "8,10")]
    [InlineData("avc1.7a0033", VideoCodec.H264, "8,10")]
    [InlineData("avc1.f4000a", VideoCodec.H264, "8,10,12")]
    [InlineData("hvc1.1.6.L93.B0", VideoCodec.H265, "8")]
    [InlineData("hev1.2.4.L153.B0", VideoCodec.H265, "8,10")]
    [InlineData("hvc1.2.20000000.H150.90.1.2.3.4.5", VideoCodec.H265, "8,10")]
    [InlineData("hvc1.A4.41.L120", VideoCodec.H265, "")]
    [InlineData("dvh1.05.06", VideoCodec.H265, "10")]
    [InlineData("dvhe.08.07", VideoCodec.H265, "10")]
    [InlineData("dav1.10.09", VideoCodec.Av1, "10")]
    [InlineData("dvav.09.05", VideoCodec.H264, "8")]
    [InlineData("vp09.00.10.08", VideoCodec.Vp9, "8")]
    [InlineData("vp09.02.51.10.01.09.16.09.00", VideoCodec.Vp9, "10")]
    [InlineData("vp09.03.62.12", VideoCodec.Vp9, "12")]
    [InlineData("av01.0.04M.08", VideoCodec.Av1, "8")]
    [InlineData("av01.0.31H.10.0.110.09.16.09.0", VideoCodec.Av1, "10")]
    [InlineData("av01.2.15M.12", VideoCodec.Av1, "12")]
    public void Parse_VideoCodec_IsTold(string text, VideoCodec codec, string bitDepths)
    {
        var parsed = CodecString.Parse(text)!;

        Assert.Equal((text, codec, AudioCodec.None, bitDepths), (parsed.Text, parsed.Video, parsed.Audio, string.Join(',', parsed.BitDepths)));
        Assert.Equal(text.StartsWith('d'), parsed.IsDolbyVision);
        Assert.True(parsed is { IsKnown: true, IsVideo: true, IsAudio: false });
    }

    [Theory]
    [InlineData("mp4a.40.2", AudioCodec.Aac, "mp4a.40.2")]
    [InlineData("mp4a.40.5", AudioCodec.Aac, "mp4a.40.5")]
    [InlineData("mp4a.40.29", AudioCodec.Aac, "mp4a.40.29")]
    [InlineData("mp4a.40.42", AudioCodec.Aac, "mp4a.40.42")]
    [InlineData("mp4a.40.02", AudioCodec.Aac, "mp4a.40.2")]
    [InlineData("mp4a.67", AudioCodec.Aac, "mp4a.67")]
    [InlineData("ac-3", AudioCodec.Ac3, "ac-3")]
    [InlineData("mp4a.a5", AudioCodec.Ac3, "ac-3")]
    [InlineData("mp4a.A5", AudioCodec.Ac3, "ac-3")]
    [InlineData("ec-3", AudioCodec.Eac3, "ec-3")]
    [InlineData("ec+3", AudioCodec.Eac3, "ec+3")]
    [InlineData("mp4a.a6", AudioCodec.Eac3, "ec-3")]
    [InlineData("Opus", AudioCodec.Opus, "Opus")]
    [InlineData("opus", AudioCodec.Opus, "opus")]
    public void Parse_AudioCodec_IsToldInItsUsualSpelling(string text, AudioCodec codec, string spelling)
    {
        var parsed = CodecString.Parse(text)!;

        Assert.Equal((spelling, VideoCodec.None, codec), (parsed.Text, parsed.Video, parsed.Audio));
        Assert.True(parsed is { IsKnown: true, IsVideo: false, IsAudio: true });
    }

    [Theory]
    [InlineData("fLaC")]
    [InlineData("x264")]
    [InlineData("ac-4")]
    [InlineData("mp4a.40.34")]
    [InlineData("mp4a.6B")]
    [InlineData("vvc1.1.L51")]
    [InlineData("stpp.ttml")]
    public void Parse_OtherCodec_CannotBeTold(string text)
    {
        var parsed = CodecString.Parse(text)!;

        Assert.False(parsed.IsKnown);
        Assert.Equal(text, parsed.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("avc1")]
    [InlineData("avc1.64002")]
    [InlineData("avc1.6400280")]
    [InlineData("avc1.64002g")]
    [InlineData("avc1.990028")]
    [InlineData("avc1.640029.1")]
    [InlineData("avc1.64000e")]
    [InlineData("avc1.77.30")]
    [InlineData("AVC1.640028")]
    [InlineData("hvc1")]
    [InlineData("hvc1.2.4")]
    [InlineData("hvc1.0.4.L93")]
    [InlineData("hvc1.2.4.M93")]
    [InlineData("hvc1.2.4.L94")]
    [InlineData("hvc1.2.g.L93")]
    [InlineData("hvc1.2.4.L93.B0.0.0.0.0.0.0")]
    [InlineData("hvc1.AB2.4.L93.B0.100")]
    [InlineData("dvh1")]
    [InlineData("dvh1.5.6")]
    [InlineData("dvh1.05.14")]
    [InlineData("dvh1.05.00")]
    [InlineData("dvh1.06.06")]
    [InlineData("dav1.05.06")]
    [InlineData("vp09.00.10")]
    [InlineData("vp09.00.10.10")]
    [InlineData("vp09.04.10.08")]
    [InlineData("vp09.00.12.08")]
    [InlineData("vp09.02.10.08")]
    [InlineData("vp09.0.10.08")]
    [InlineData("av01.0.04.08")]
    [InlineData("av01.0.04X.08")]
    [InlineData("av01.3.04M.08")]
    [InlineData("av01.0.24M.08")]
    [InlineData("av01.0.04M.12")]
    [InlineData("av01.0.04M.08.0.110.01")]
    [InlineData("mp4a")]
    [InlineData("mp4a.40")]
    [InlineData("mp4a.40.0")]
    [InlineData("mp4a.40.2.1")]
    [InlineData("mp4a.40.x")]
    [InlineData("mp4a.4")]
    [InlineData("ac-3.1")]
    [InlineData("opus.1")]
    [InlineData("OPUS.")]
    [InlineData("H.264")]
    [InlineData("aa\"a")]
    [InlineData("aaaa.\n")]
    public void Parse_MalformedCodec_IsNull(string text)
    {
        Assert.Null(CodecString.Parse(text));
    }
}
