using System.Globalization;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Packaging;
using MoviesNow.Testing;

namespace MoviesNow.Cli.Tests.Packaging;

/// <summary>What ffmpeg makes of films, looked at with ffprobe.</summary>
public sealed class PackagerTests : IDisposable
{
    private static readonly PlanOptions Quick = new(Container.Fmp4, "ultrafast", Pad: false, Language: null, Tolerant: false);

    private readonly FilmSources _films = new();
    private readonly StringWriter _notes = new();

    public void Dispose() => _films.Dispose();

    [Theory]
    [InlineData(Container.Fmp4)]
    [InlineData(Container.Ts)]
    public async Task Run_AFilm_GivesALadderWhoseTiersFitTogether(Container container)
    {
        var made = await MakeAsync(await _films.FilmAsync(), Quick with { Container = container });

        Assert.Equal(["1920x1080", "1280x720", "854x480"], made.Content.Variants.Where(one => one.IsStreamable).Select(one => $"{one.Width}x{one.Height}"));
        var keyFrames = new List<string>();
        foreach (var variant in made.Content.Variants)
        {
            var playlist = MediaPlaylistFile.Read(made.At(variant.StorageKey));
            Assert.Equal(6, playlist.TargetDuration);
            Assert.True(playlist.IsComplete);
            Assert.All(playlist.Segments.SkipLast(1), segment => Assert.InRange(segment.Seconds, 5.97, 6.03));
            Assert.All(playlist.Segments, segment => Assert.True(
                segment.Seconds < 3 || segment.Bytes * 8 / segment.Seconds <= variant.PeakBandwidthBps, "A segment is above the declared peak."));
            Assert.InRange(variant.AverageBandwidthBps, 1, variant.PeakBandwidthBps);
            Assert.InRange(playlist.Length.TotalSeconds, 12.9, 13.1);
            var stream = await ProbeAsync(made.At(variant.StorageKey), "stream=codec_name,width,height,r_frame_rate,avg_frame_rate,pix_fmt,channels");
            Assert.Equal(variant.IsAudioOnly ? "aac,2,0/0,0/0" : $"h264,{variant.Width},{variant.Height},yuv420p,24000/1001,24000/1001", stream);
            if (!variant.IsAudioOnly)
            {
                keyFrames.Add(await KeyFramesAsync(made.At(variant.StorageKey)));
                Assert.Matches("^avc1\\.(42|4d|64)[0-9a-f]{2}[12][0-9a-f]$", variant.Codecs);
            }
        }

        Assert.Single(keyFrames.Distinct(StringComparer.Ordinal));
        Assert.Equal("0.000 2.002 4.004 6.006 8.008 10.010 12.012", keyFrames[0]);
    }

    [Fact]
    public async Task Run_AFilm_GivesSubtitlesThumbnailsAndPictures()
    {
        var made = await MakeAsync(await _films.FilmAsync(seconds: 7), Quick);

        var subtitles = Assert.Single(made.Content.Texts);
        Assert.Equal(("subtitles/1-fr/index.m3u8", "fr"), (subtitles.Path, subtitles.Language));
        var segment = await File.ReadAllTextAsync(made.At("subtitles/1-fr/seg_00000.vtt"));
        // The container moves everything by the priming of the audio, some milliseconds.
        Assert.Matches(
            "^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00:01\\.0[0-9]{2} --> 00:00:03\\.0[0-9]{2}\nFog over the harbour\n", segment);
        Assert.Equal("1600,900", await ProbeAsync(made.At("thumbnails/sprite_001.jpg"), "stream=width,height"));
        Assert.Matches(
            "\n00:00:04.000 --> 00:00:07\\.0[0-9]{2}\nsprite_001.jpg#xywh=320,0,160,90\n$", await File.ReadAllTextAsync(made.At("thumbnails/thumbnails.vtt")));
        Assert.Equal("720,1080", await ProbeAsync(made.Work("pictures/poster.jpg"), "stream=width,height"));
        Assert.Equal("1920,1080", await ProbeAsync(made.Work("pictures/still-4.jpg"), "stream=width,height"));
    }

    [Fact]
    public async Task Run_AScopeFilm_LiesBetweenBlackBars()
    {
        var made = await MakeAsync(await _films.PictureAsync("scope.mp4", "1280x536"), Quick);

        Assert.Equal(["1280x720", "854x480"], made.Content.Variants.Select(one => $"{one.Width}x{one.Height}"));
        var raw = _films.At("frame.raw");
        await Tool.RunAsync("ffmpeg", _films.Path, "-v", "error", "-i", made.At("video/720/index.m3u8"), "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", raw);
        var pixels = await File.ReadAllBytesAsync(raw);
        // 92 lines above the picture; compression blurs the border a little.
        Assert.True(pixels.Take(1280 * 88).All(pixel => pixel < 24), "The bar is not black.");
        Assert.True(pixels.Skip(1280 * 93).Take(1280 * 8).Average(pixel => pixel) > 60, "The picture is not where it should be.");
        Assert.Equal("1280,536", await ProbeAsync(made.Work("pictures/backdrop.jpg"), "stream=width,height"));
    }

    [Fact]
    public async Task Run_ATelephonesFilm_StandsUpright()
    {
        var made = await MakeAsync(await _films.OnItsSideAsync(), Quick);

        Assert.Equal("270,480,1:1", await ProbeAsync(made.At("video/480/index.m3u8"), "stream=width,height,sample_aspect_ratio"));
    }

    [Fact]
    public async Task Run_AnInterlacedAnamorphicFilm_GetsWholeFramesOfSquarePixels()
    {
        var made = await MakeAsync(await _films.InterlacedAsync(), Quick);

        Assert.True(made.Plan.Video.IsInterlaced);
        Assert.Equal("854,480,1:1,25/1", await ProbeAsync(made.At("video/480/index.m3u8"), "stream=width,height,sample_aspect_ratio,r_frame_rate"));
        Assert.DoesNotMatch("tt|bb|tb|bt", await ProbeAsync(made.At("video/480/index.m3u8"), "stream=field_order"));
    }

    [Fact]
    public async Task Run_AFilmOfVaryingRate_GetsAConstantOne()
    {
        var made = await MakeAsync(await _films.VaryingAsync(), Quick);

        Assert.True(made.Plan.Video.IsVariableRate);
        var (output, _) = await Tool.RunAsync(
            "ffprobe", _films.Path, "-v", "error", "-select_streams", "v", "-show_entries", "packet=dts", "-of", "csv=p=0", made.At("video/480/index.m3u8"));
        var times = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.Parse(line.TrimEnd(','), CultureInfo.InvariantCulture)).ToArray();
        Assert.Single(times.Zip(times.Skip(1), (one, next) => next - one).Distinct());
    }

    [Fact]
    public async Task Run_AFilmOfHighDynamicRange_BecomesStandard()
    {
        var made = await MakeAsync(await _films.BrightAsync(), Quick);

        Assert.Contains(made.Plan.Warnings, warning => warning.Contains("PQ", StringComparison.Ordinal));
        Assert.Equal("yuv420p,tv,bt709,bt709,bt709", await ProbeAsync(
            made.At("video/480/index.m3u8"), "stream=pix_fmt,color_range,color_space,color_transfer,color_primaries"));
    }

    [Fact]
    public async Task Run_SurroundThatEndsEarly_BecomesStereoOfTheRightLoudnessAndLength()
    {
        var made = await MakeAsync(await _films.SurroundAsync(), Quick);

        var audio = made.Content.Variants.Single(one => one.IsAudioOnly);
        Assert.Equal((2, "no", "mp4a.40.2"), (audio.AudioChannels, audio.AudioLanguage, audio.Codecs));
        Assert.InRange(MediaPlaylistFile.Read(made.At(audio.StorageKey)).Length.TotalSeconds, 6.95, 7.05);
        var (_, told) = await Tool.RunAsync(
            "ffmpeg", _films.Path, "-hide_banner", "-nostats", "-i", made.At(audio.StorageKey), "-t", "4.5", "-af", "loudnorm=print_format=json", "-f", "null", "-");
        Assert.InRange(Loudness.Read(told)!.Integrated, -24, -22);
    }

    [Fact]
    public async Task Run_AFilmWithoutAudio_IsALadderWithoutAudio()
    {
        var made = await MakeAsync(await _films.PictureAsync("silent.mp4", "854x480"), Quick);

        Assert.Equal(AudioCodec.None, Assert.Single(made.Content.Variants).AudioCodec);
        Assert.Contains(made.Plan.Warnings, warning => warning.Contains("no audio", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ADamagedFilm_IsRefusedByName()
    {
        string[] files =
        [
            await _films.DamagedAsync("cut.mkv", bytes => bytes[..(bytes.Length / 2)]),
            await _films.DamagedAsync("cut.mp4", bytes => bytes[..(bytes.Length / 2)]),
            await _films.DamagedAsync("scratched.mkv", bytes => [.. bytes.Select((value, i) => i > 20_000 && i % 3_000 < 400 ? (byte)(value ^ 0x55) : value)]),
            await _films.DamagedAsync("text.mkv", _ => "These are words, and no film."u8.ToArray()),
            await _films.DamagedAsync("empty.mp4", _ => []),
        ];

        foreach (var file in files)
        {
            var problem = await Assert.ThrowsAsync<CommandException>(() => MakeAsync(file, Quick));
            Assert.Contains($"'{Path.GetFileName(file)}'", problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(problem.Message, char.IsControl);
        }
    }

    [Fact]
    public async Task Run_Again_DoesNothingTwiceAndAnUnfinishedStepAnew()
    {
        var film = await _films.PictureAsync("silent.mp4", "854x480");
        var made = await MakeAsync(film, Quick);
        var encoded = File.GetLastWriteTimeUtc(made.At("video/480/seg_00000.m4s"));
        // A step that was killed leaves what it had made, and one that lost a file is no longer done.
        Directory.CreateDirectory(made.Work("unfinished/0000/480"));
        File.Delete(made.At("thumbnails/thumbnails.vtt"));

        var again = await MakeAsync(film, Quick);

        Assert.Equal(encoded, File.GetLastWriteTimeUtc(again.At("video/480/seg_00000.m4s")));
        Assert.True(File.Exists(again.At("thumbnails/thumbnails.vtt")));
        Assert.False(Directory.Exists(again.Work("unfinished/0000")));
        var other = await MakeAsync(film, Quick with { Container = Container.Ts });
        Assert.False(File.Exists(other.At("video/480/seg_00000.m4s")), "What was made with other settings is of no use.");
    }

    private async Task<MadePackage> MakeAsync(string file, PlanOptions options)
    {
        var ffmpeg = new Ffmpeg();
        var film = new FilmRequest(file, "", "", options, [], Work: null, Keep: true, Again: false, WithArtwork: false);
        var plan = await FilmPackaging.PlanAsync(ffmpeg, film, CancellationToken.None);
        using var work = WorkFolder.Open(film.WorkPath, film.Fingerprint, TimeProvider.System);
        var content = await new Packager(ffmpeg, work, file, plan, new StepConsole(_notes, TimeProvider.System)).RunAsync(CancellationToken.None);
        return new MadePackage(plan, content, work.Path);
    }

    private async Task<string> ProbeAsync(string file, string entries)
    {
        var (output, _) = await Tool.RunAsync("ffprobe", _films.Path, "-v", "error", "-show_entries", entries, "-of", "csv=p=0", file);
        return output.Split('\n')[0].Trim();
    }

    private async Task<string> KeyFramesAsync(string file)
    {
        var (output, _) = await Tool.RunAsync("ffprobe", _films.Path, "-v", "error", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", file);
        var times = output.Split('\n').Where(line => line.Contains('K', StringComparison.Ordinal)).Select(line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)).ToArray();
        return string.Join(' ', times.Select(time => (time - times[0]).ToString("0.000", CultureInfo.InvariantCulture)));
    }

    private sealed record MadePackage(PackagePlan Plan, PackageContent Content, string Path)
    {
        public string At(string path) => System.IO.Path.Combine(Path, "package", path);

        public string Work(string path) => System.IO.Path.Combine(Path, path);
    }
}
