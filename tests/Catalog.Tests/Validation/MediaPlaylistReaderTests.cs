using System.Text;
using MoviesNow.Catalog.Validation.Playlists;

namespace MoviesNow.Catalog.Tests.Validation;

public sealed class MediaPlaylistReaderTests
{
    private const string Head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";

    [Fact]
    public void TryRead_AllTags_TellsWhatTheySay()
    {
        var playlist = Read(Head + """
            #EXT-X-MEDIA-SEQUENCE:7
            #EXT-X-PLAYLIST-TYPE:VOD
            #EXT-X-INDEPENDENT-SEGMENTS
            # a comment
            #EXT-X-UNKNOWN:1
            #EXT-X-MAP:URI="all.mp4",BYTERANGE="100@0"
            #EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://a,b",KEYFORMAT="com.apple.streamingkeydelivery"
            #EXT-X-KEY:METHOD=AES-128,URI="key"
            #EXTINF:6,a title
            #EXT-X-BYTERANGE:50@100
            all.mp4
            #EXT-X-BYTERANGE:60
            #EXTINF:5.5
            all.mp4
            #EXT-X-KEY:METHOD=NONE
            #EXT-X-DISCONTINUITY
            #EXTINF:1,
            last.mp4
            #EXT-X-ENDLIST
            """.ReplaceLineEndings("\r\n"));

        Assert.Equal((6, 7L, "VOD", true, true, false), (playlist.TargetDuration, playlist.MediaSequence, playlist.Type, playlist.HasEndList, playlist.HasIndependentSegments, playlist.IsCut));
        var init = new InitSection("all.mp4", new SegmentRange(100, 0));
        Assert.Equal(
            [new("all.mp4", 6, new(50, 100), init, 0), new("all.mp4", 5.5, new(60, 150), init, 0), new("last.mp4", 1, null, init, 1)],
            playlist.Segments);
        Assert.Equal(["AES-128 identity", "SAMPLE-AES com.apple.streamingkeydelivery"], playlist.Keys.Select(key => $"{key.Method} {key.Format}").Order(StringComparer.Ordinal));
        Assert.Equal(12.5, playlist.Duration);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("\ufeff#EXTM3U\n#EXT-X-TARGETDURATION:6\n", 1)]
    [InlineData("#EXTM3U\n#EXTINF:6,\na\n", 4)]
    [InlineData(Head + "#EXT-X-TARGETDURATION:6\n", 3)]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6.5\n", 2)]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:-6\n", 2)]
    [InlineData(Head + "#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n", 3)]
    [InlineData(Head + "a.m4s\n", 3)]
    [InlineData(Head + "#EXTINF:6,\n#EXTINF:6,\na\n", 4)]
    [InlineData(Head + "#EXTINF:6,\n", 4)]
    [InlineData(Head + "#EXTINF:six,\na\n", 3)]
    [InlineData(Head + "#EXTINF:-1,\na\n", 3)]
    [InlineData(Head + "#EXTINF:1e9,\na\n", 3)]
    [InlineData(Head + "#EXTINF:6,\n#EXT-X-BYTERANGE:5\na\n", 5)]
    [InlineData(Head + "#EXTINF:6,\n#EXT-X-BYTERANGE:0@1\na\n", 4)]
    [InlineData(Head + "#EXTINF:6,\n#EXT-X-BYTERANGE:9223372036854775807@1\na\n", 4)]
    [InlineData(Head + "#EXT-X-MAP:BYTERANGE=\"1@0\"\n", 3)]
    [InlineData(Head + "#EXT-X-MAP:URI=init\"\n", 3)]
    [InlineData(Head + "#EXT-X-KEY:URI=\"k\"\n", 3)]
    [InlineData(Head + "#EXT-X-KEY:METHOD=AES-128\n", 3)]
    [InlineData(Head + "#EXT-X-KEY:METHOD=AES-128,METHOD=NONE\n", 3)]
    [InlineData(Head + "#EXT-X-PLAYLIST-TYPE:LIVE\n", 3)]
    [InlineData(Head + "#EXTINF:6,\na\n#EXT-X-MEDIA-SEQUENCE:1\n", 5)]
    [InlineData(Head + "a\u0000b\n", 3)]
    [InlineData(Head + "a\rb\n", 3)]
    public void TryRead_NoMediaPlaylist_NamesTheLine(string text, int line)
    {
        Assert.False(MediaPlaylistReader.TryRead(Encoding.UTF8.GetBytes(text), 100, out _, out var problem));
        Assert.Equal(line, problem.Line);
    }

    [Fact]
    public void TryRead_BytesThatAreNoUtf8_IsNone() => Assert.False(MediaPlaylistReader.TryRead([0xff, 0xfe], 100, out _, out _));

    [Fact]
    public void Peak_OneHeavySegment_IsThatOfTheRunThatLastsHalfATarget()
    {
        // A heavy segment that is shorter than half a target counts with its neighbour only.
        List<(double, long)> segments = [(6, 600), (1, 1_000), (2, 200), (6, 600)];

        Assert.Equal(1_200 * 8 / 3d, SegmentRates.Peak(segments, 6));
        Assert.Equal(2_400 * 8 / 15d, SegmentRates.Average(segments));
        Assert.Equal(800, SegmentRates.Peak([(1, 100)], 6));
        Assert.Null(SegmentRates.Average([]));
    }

    private static MediaPlaylist Read(string text)
    {
        Assert.True(MediaPlaylistReader.TryRead(Encoding.UTF8.GetBytes(text), 100, out var playlist, out var problem), problem?.Text);
        return playlist;
    }
}
