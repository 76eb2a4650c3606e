using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.V1;
using static MoviesNow.Catalog.Tests.Playback.PlaylistRows;

namespace MoviesNow.Catalog.Tests.Playback;

/// <summary>EXT-X-STREAM-INF, the head of the playlist, and subtitles.</summary>
public sealed class MultivariantPlaylistTests
{
    [Fact]
    public void Write_Streams_AreInTierOrder() =>
        Assert.Equal(["1920x1080", "1280x720", "854x480"], Read(Ladder().Reverse()).Streams.Select(stream => stream.Attributes["RESOLUTION"]));

    [Fact]
    public void Write_Bandwidth_IsThatOfTheVideoAndTheLargestOfItsGroup()
    {
        var stream = Read(Ladder()[..1], Audio("en", peak: 96_000), Audio("de", peak: 160_000)).Streams[0].Attributes;

        Assert.Equal(("5560000", "4652000"), (stream["BANDWIDTH"], stream["AVERAGE-BANDWIDTH"]));
    }

    [Fact]
    public void Write_BandwidthsAtTheLimit_AreAddedWithoutOverflow()
    {
        var stream = Read(Ladder(video => video.PeakBandwidthBps = long.MaxValue)[..1], Audio("en", peak: long.MaxValue)).Streams[0].Attributes;

        Assert.Equal("18446744073709551614", stream["BANDWIDTH"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Write_BandwidthThatIsNone_IsNeverWritten(long peak)
    {
        var videos = Ladder();
        videos[1].PeakBandwidthBps = peak;
        var silent = Audio("de");
        silent.PeakBandwidthBps = peak;

        var playlist = Read(videos, Audio("en"), silent);

        Assert.Equal(["1080p/index.m3u8", "480p/index.m3u8"], playlist.Streams.Select(stream => stream.Uri));
        Assert.Single(playlist.Media);
    }

    [Theory]
    [InlineData(24_000d / 1_001, "23.976")]
    [InlineData(30_000d / 1_001, "29.970")]
    [InlineData(25, "25.000")]
    [InlineData(59.9405, "59.941")]
    [InlineData(0, null)]
    [InlineData(double.NaN, null)]
    [InlineData(double.PositiveInfinity, null)]
    public void Write_FrameRate_HasThreeDecimals(double rate, string? expected) =>
        Assert.Equal(expected, Read(Ladder(video => video.FrameRate = rate)).Streams[0].Attributes.GetValueOrDefault("FRAME-RATE"));

    [Theory]
    [InlineData(DynamicRange.Sdr, "", "SDR")]
    [InlineData(DynamicRange.Hdr10, "", "PQ")]
    [InlineData(DynamicRange.Hlg, "", "HLG")]
    [InlineData(DynamicRange.DolbyVision, "", "PQ")]
    [InlineData(DynamicRange.DolbyVision, "dvh1.08.07/db1p", "PQ")]
    [InlineData(DynamicRange.DolbyVision, "dvh1.08.07/db4h", "HLG")]
    [InlineData(DynamicRange.Unspecified, "", null)]
    public void Write_VideoRange_IsThatOfTheBaseLayer(DynamicRange range, string supplemental, string? expected)
    {
        var stream = Read(HevcLadder(range, supplemental: supplemental)).Streams[0].Attributes;

        Assert.Equal(expected, stream.GetValueOrDefault("VIDEO-RANGE"));
        Assert.Equal(supplemental.Length == 0 ? null : $"\"{supplemental}\"", stream.GetValueOrDefault("SUPPLEMENTAL-CODECS"));
    }

    [Fact]
    public void Write_Codecs_AreThoseOfTheVideoAndOfAllItsAudio()
    {
        var mixed = Audio("de");
        mixed.Codecs = "mp4a.40.5";

        var streams = Read(Ladder(), Audio("en"), mixed, Audio("en", AudioCodec.Eac3, 6)).Streams;

        Assert.Equal("\"avc1.640028,mp4a.40.2,mp4a.40.5\"", streams[0].Attributes["CODECS"]);
        Assert.Equal("\"avc1.640028,ec-3\"", streams[1].Attributes["CODECS"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fLaC")]
    [InlineData("mp4a")]
    [InlineData("mp4a.40.2,fLaC")]
    [InlineData("avc1.640028")]
    public void Write_AudioCodecThatCannotBeTold_LeavesCodecsOut(string codecs)
    {
        var audio = Audio("en");
        audio.Codecs = codecs;

        var streams = Read(HevcLadder(DynamicRange.DolbyVision, supplemental: "dvh1.08.07/db1p"), audio).Streams;

        Assert.All(streams, stream => Assert.False(stream.Attributes.ContainsKey("CODECS") || stream.Attributes.ContainsKey("SUPPLEMENTAL-CODECS")));
    }

    [Fact]
    public void Write_MuxedVariantWhoseCodecsLackTheAudio_LeavesCodecsOut()
    {
        var videos = MuxedLadder();
        videos[0].Codecs = "avc1.640028";

        var streams = Read(videos).Streams;

        Assert.False(streams[0].Attributes.ContainsKey("CODECS"));
        Assert.Equal("\"avc1.64001f,mp4a.40.2\"", streams[1].Attributes["CODECS"]);
    }

    [Theory]
    [InlineData(Container.Fmp4, "\"avc1.640028,Opus\"")]
    [InlineData(Container.Ts, "\"avc1.640028,opus\"")]
    public void Write_Opus_IsSpelledAsItsContainerSpellsIt(Container container, string expected)
    {
        var audio = Audio("en", AudioCodec.Opus);
        audio.Container = container;

        Assert.Equal(expected, Read(Ladder(), audio).Streams[0].Attributes["CODECS"]);
    }

    [Fact]
    public void Write_Version_IsTheLowestThatTheFeaturesNeed()
    {
        Assert.Equal(["#EXTM3U", "#EXT-X-VERSION:1", "#EXT-X-INDEPENDENT-SEGMENTS"], Read(MuxedLadder()).Lines[..3]);
        Assert.Equal("#EXT-X-VERSION:4", Read(Ladder(), Audio("en")).Lines[1]);
        Assert.Equal("#EXT-X-VERSION:5", Read(Ladder(Encrypted(DrmSystem.Fairplay, EncryptionScheme.Cbcs))).Lines[1]);
    }

    [Fact]
    public void Write_ClosedCaptions_AreNoneInEveryStream() =>
        Assert.All(Read(Ladder(), Audio("en"), Audio("en", AudioCodec.Ac3)).Streams, stream => Assert.Equal("NONE", stream.Attributes["CLOSED-CAPTIONS"]));

    [Fact]
    public void Write_Subtitles_AreTheAssetsThatArePlaylists()
    {
        var playlist = Read(Ladder(), [], Text("en", isPrimary: true), Text("en", AssetKind.Caption), Text("de", mimeType: "text/vtt"), Text("fr"));

        Assert.Equal(["\"English\"", "\"English (CC)\"", "\"Français\""], playlist.Media.Select(media => media["NAME"]));
        Assert.Equal(["YES", "NO", "NO"], playlist.Media.Select(media => media["DEFAULT"]));
        Assert.All(playlist.Media, media => Assert.Equal(("SUBTITLES", "\"subs\"", "NO", "YES"), (media["TYPE"], media["GROUP-ID"], media["FORCED"], media["AUTOSELECT"])));
        Assert.Equal(
            "\"public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound\"",
            Assert.Single(playlist.Media, media => media.ContainsKey("CHARACTERISTICS"))["CHARACTERISTICS"]);
        Assert.All(playlist.Streams, stream => Assert.Equal("\"subs\"", stream.Attributes["SUBTITLES"]));
    }

    [Fact]
    public void Write_OnlyWebVttFiles_HasNoSubtitleGroup()
    {
        var playlist = Read(Ladder(), [], Text("en", mimeType: "text/vtt"));

        Assert.Empty(playlist.Media);
        Assert.False(playlist.Streams[0].Attributes.ContainsKey("SUBTITLES"));
    }

    [Fact]
    public void Write_AudioOnlyTitle_HasStepsWithoutPicture()
    {
        var streams = Read([], Audio("en", peak: 64_000, suffix: "-low"), Audio("en", peak: 192_000, suffix: "-high")).Streams;

        Assert.Equal(["192000", "64000"], streams.Select(stream => stream.Attributes["BANDWIDTH"]));
        Assert.All(streams, stream => Assert.Equal(["AVERAGE-BANDWIDTH", "BANDWIDTH", "CODECS"], stream.Attributes.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Write_AudioOnlyTitleOfSeveralLanguages_HasThemToChooseFrom()
    {
        var playlist = Read([], Audio("en", peak: 128_000), Audio("de", peak: 160_000), Audio("en", AudioCodec.Eac3, 6, 384_000));

        Assert.Equal(3, playlist.Media.Count);
        Assert.Equal([("160000", "\"aac-2\""), ("384000", "\"ec3-6\"")], playlist.Streams.Select(stream => (stream.Attributes["BANDWIDTH"], stream.Attributes["AUDIO"])));
    }

    [Theory]
    [InlineData("hls/t/a/b.m3u8", "a/b.m3u8")]
    [InlineData("hls/other/b.m3u8", "../other/b.m3u8")]
    [InlineData("subs/title/t/en.m3u8", "../../subs/title/t/en.m3u8")]
    [InlineData("hls/t", "../t")]
    [InlineData("a \"b\"\n#c", "../../a%20%22b%22%0A%23c")]
    public void Uri_WithoutBase_IsRelativeToTheFolder(string key, string expected) => Assert.Equal(expected, new PlaylistUri("hls/t/", "").Of(key));

    [Fact]
    public void Uri_WithBase_IsTheBaseAndTheKey() =>
        Assert.Equal("https://cdn.example/x/hls/t/a.m3u8", new PlaylistUri("hls/t/", "https://cdn.example/x/").Of("hls/t/a.m3u8"));

    private static PlaylistReader Read(IEnumerable<StreamVariant> videos, params StreamVariant[] audio) => Read(videos, audio, []);

    private static PlaylistReader Read(IEnumerable<StreamVariant> videos, StreamVariant[] audio, params MediaAsset[] texts) =>
        PlaylistReader.Read(MultivariantPlaylist.Write(new PlaybackSource([.. videos], audio, texts, "en", Folder)));
}
