using System.Globalization;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Packaging;
using MoviesNow.Testing;

namespace MoviesNow.Cli.Tests.Packaging;

/// <summary>What a package is like, looked at with ffprobe.</summary>
public sealed class PackagerTests(PackagedFilm film) : IClassFixture<PackagedFilm>, IDisposable
{
    private readonly FilmSources _films = new();

    public void Dispose() => _films.Dispose();

    [Fact]
    public Task Run_AFilm_GivesALadderWhoseTiersFitTogether() =>
        RequireLadderAsync(film.Made, ["1920x1080", "1280x720", "854x480"], 7, "0.000 2.002 4.004 6.006");

    /// <summary>Long enough for rounding to add up from segment to segment, if it did.</summary>
    [Fact]
    public async Task Run_AFilmAsTransportStreams_GivesALadderWhoseTiersFitTogether()
    {
        var made = await MadePackage.OfAsync(await _films.FilmAsync(seconds: 13, "1280x720"), MadePackage.Quick with { Container = Container.Ts });

        await RequireLadderAsync(made, ["1280x720", "854x480"], 13, "0.000 2.002 4.004 6.006 8.008 10.010 12.012");
    }

    [Fact]
    public async Task Run_AFilm_GivesSubtitlesThumbnailsAndPictures()
    {
        var made = film.Made;

        var subtitles = Assert.Single(made.Content.Texts);
        Assert.Equal(("subtitles/1-fr/index.m3u8", "fr"), (subtitles.Path, subtitles.Language));
        var segment = await File.ReadAllTextAsync(made.At("subtitles/1-fr/seg_00000.vtt"));
        // The container moves everything by the priming of the audio, some milliseconds.
        Assert.Matches(
            "^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00:01\\.0[0-9]{2} --> 00:00:03\\.0[0-9]{2}\nFog over the harbour\n", segment);
        Assert.Equal("1600,900", await MadePackage.ProbeAsync(made.At("thumbnails/sprite_001.jpg"), "stream=width,height"));
        Assert.Matches(
            "\n00:00:04.000 --> 00:00:07\\.0[0-9]{2}\nsprite_001.jpg#xywh=320,0,160,90\n$", await File.ReadAllTextAsync(made.At("thumbnails/thumbnails.vtt")));
        Assert.Equal("720,1080", await MadePackage.ProbeAsync(made.Work("pictures/poster.jpg"), "stream=width,height"));
        Assert.Equal("1920,1080", await MadePackage.ProbeAsync(made.Work("pictures/still-4.jpg"), "stream=width,height"));
    }

    [Fact]
    public async Task Run_Again_DoesNothingTwiceAndAnUnfinishedStepAnew()
    {
        var source = await _films.PictureAsync("silent.mp4");
        var made = await MadePackage.OfAsync(source);
        var encoded = File.GetLastWriteTimeUtc(made.At("video/480/seg_00000.m4s"));
        // A step that was killed leaves what it had made, and one that lost a file is no longer done.
        Directory.CreateDirectory(made.Work("unfinished/0000/480"));
        File.Delete(made.At("thumbnails/thumbnails.vtt"));

        var again = await MadePackage.OfAsync(source);

        Assert.Equal(encoded, File.GetLastWriteTimeUtc(again.At("video/480/seg_00000.m4s")));
        Assert.True(File.Exists(again.At("thumbnails/thumbnails.vtt")));
        Assert.False(Directory.Exists(again.Work("unfinished/0000")));
        var other = await MadePackage.OfAsync(source, MadePackage.Quick with { Container = Container.Ts });
        Assert.False(File.Exists(other.At("video/480/seg_00000.m4s")), "What was made with other settings is of no use.");
    }

    [Fact]
    public async Task Run_DiskTooSmall_SaysHowMuchIsNeededAndEncodesNothing()
    {
        var source = await _films.PictureAsync("silent.mp4");
        var plan = await MadePackage.PlanAsync(source);

        var problem = await Assert.ThrowsAsync<CommandException>(() => MadePackage.OfAsync(source, plan with { Duration = TimeSpan.FromDays(100_000) }));

        // 1.5 Mbit/s, and some more.
        Assert.Matches("^'silent.mp4' needs about 1,86[23],[0-9]{3},[0-9]{3} MB in ", problem.Message);
        Assert.Contains("name a directory on another disk with --work", problem.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(source + ".moviesnow"));
    }

    [Theory]
    [InlineData("video/1080/seg_00000.m4s")]
    [InlineData("video/1080/init_0.mp4")]
    [InlineData("audio/1-en/seg_00001.m4s")]
    public async Task Segment_CutOff_IsNotWhole(string path)
    {
        var whole = film.Made.At(path);
        var bytes = await File.ReadAllBytesAsync(whole);

        Assert.True(SegmentFile.IsWhole(whole));
        foreach (var left in (int[])[0, 5, 40, bytes.Length / 2, bytes.Length - 1])
        {
            await File.WriteAllBytesAsync(_films.At("cut.m4s"), bytes[..left]);
            Assert.False(SegmentFile.IsWhole(_films.At("cut.m4s")), $"{left} of {bytes.Length} bytes");
        }
    }

    private static async Task RequireLadderAsync(MadePackage made, string[] sizes, int seconds, string keyFrames)
    {
        Assert.Equal(sizes, made.Content.Variants.Where(one => one.IsStreamable).Select(one => $"{one.Width}x{one.Height}"));
        foreach (var variant in made.Content.Variants)
        {
            var playlist = MediaPlaylistFile.Read(made.At(variant.StorageKey));
            Assert.Equal(6, playlist.TargetDuration);
            Assert.True(playlist.IsComplete);
            Assert.All(playlist.Segments, segment => Assert.True(SegmentFile.IsWhole(playlist.Beside(segment.File))));
            Assert.All(playlist.Segments.SkipLast(1), segment => Assert.InRange(segment.Seconds, 5.97, 6.03));
            Assert.All(playlist.Segments, segment => Assert.True(
                segment.Seconds < 3 || segment.Bytes * 8 / segment.Seconds <= variant.PeakBandwidthBps, "A segment is above the declared peak."));
            Assert.InRange(variant.AverageBandwidthBps, 1, variant.PeakBandwidthBps);
            Assert.InRange(playlist.Length.TotalSeconds, seconds - 0.1, seconds + 0.1);
            var stream = await MadePackage.ProbeAsync(
                made.At(variant.StorageKey), "stream=codec_name,width,height,r_frame_rate,avg_frame_rate,pix_fmt,channels");
            Assert.Equal(variant.IsAudioOnly ? "aac,2,0/0,0/0" : $"h264,{variant.Width},{variant.Height},yuv420p,24000/1001,24000/1001", stream);
            if (!variant.IsAudioOnly)
            {
                Assert.Equal(keyFrames, await KeyFramesAsync(made.At(variant.StorageKey)));
                Assert.Matches("^avc1\\.(42|4d|64)[0-9a-f]{2}[12][0-9a-f]$", variant.Codecs);
            }
        }
    }

    private static async Task<string> KeyFramesAsync(string file)
    {
        var (output, _) = await Tool.RunAsync("ffprobe", ".", "-v", "error", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", file);
        var times = output.Split('\n').Where(line => line.Contains('K', StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)).ToArray();
        return string.Join(' ', times.Select(time => (time - times[0]).ToString("0.000", CultureInfo.InvariantCulture)));
    }
}
