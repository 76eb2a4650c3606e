using MoviesNow.Cli.Packaging;

namespace MoviesNow.Cli.Tests.Packaging;

public sealed class WebVttTests
{
    [Fact]
    public void Segment_ACueOverABorder_IsInBothWithItsWholeTime()
    {
        var cues = WebVtt.Read("WEBVTT\r\n\r\nNOTE nothing\r\n\r\n1\r\n00:59.000 --> 01:01.500 line:0\r\nFog\r\nrises\r\n\r\n01:00:00.000 --> 01:00:01.000\r\nEnd\r\n");

        var first = WebVtt.Segment(cues, TimeSpan.Zero, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1.4));
        var second = WebVtt.Segment(cues, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(1.4));

        const string Expected = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000\n\n00:00:59.000 --> 00:01:01.500 line:0\nFog\nrises\n";
        Assert.Equal((Expected, Expected), (first, second));
    }

    [Fact]
    public void Thumbnails_OfALongFilm_GoOnInTheNextSprite()
    {
        var lines = ThumbnailTrack.Of(TimeSpan.FromSeconds(1_025), 10, TierFrame.Of(1920, 804)[^1]).Split('\n');

        Assert.Contains("sprite_001.jpg#xywh=0,0,160,68", lines);
        Assert.Contains("sprite_001.jpg#xywh=1440,612,160,68", lines);
        Assert.Contains("sprite_002.jpg#xywh=160,0,160,68", lines);
        // The last one stands for what is left.
        Assert.Contains("00:16:50.000 --> 00:17:05.000", lines);
    }
}
