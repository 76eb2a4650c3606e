using System.Globalization;
using System.Text;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Packaging;
using MoviesNow.Testing;

namespace MoviesNow.Cli.Tests.Packaging;

/// <summary>What becomes of sources of all kinds.</summary>
public sealed class PackagerSourceTests : IDisposable
{
    private readonly FilmSources _films = new();

    public void Dispose() => _films.Dispose();

    [Fact]
    public async Task Run_AScopeFilm_LiesBetweenBlackBars()
    {
        var made = await MadePackage.OfAsync(await _films.PictureAsync("scope.mp4", "1280x536"));

        Assert.Equal(["1280x720", "854x480"], made.Content.Variants.Select(one => $"{one.Width}x{one.Height}"));
        var raw = _films.At("frame.raw");
        await Tool.RunAsync(
            "ffmpeg", _films.Path, "-v", "error", "-i", made.At("video/720/index.m3u8"), "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", raw);
        var pixels = await File.ReadAllBytesAsync(raw);
        // 92 lines above the picture; compression blurs the border a little.
        Assert.True(pixels.Take(1280 * 88).All(pixel => pixel < 24), "The bar is not black.");
        Assert.True(pixels.Skip(1280 * 93).Take(1280 * 8).Average(pixel => pixel) > 60, "The picture is not where it should be.");
        Assert.Equal("1280,536", await MadePackage.ProbeAsync(made.Work("pictures/backdrop.jpg"), "stream=width,height"));
    }

    [Fact]
    public async Task Run_ATelephonesFilm_StandsUpright()
    {
        var made = await MadePackage.OfAsync(await _films.OnItsSideAsync());

        Assert.Equal("270,480,1:1", await MadePackage.ProbeAsync(made.At("video/480/index.m3u8"), "stream=width,height,sample_aspect_ratio"));
    }

    [Fact]
    public async Task Run_AnInterlacedAnamorphicFilm_GetsWholeFramesOfSquarePixels()
    {
        var made = await MadePackage.OfAsync(await _films.InterlacedAsync());

        Assert.True(made.Plan.Video.IsInterlaced);
        var playlist = made.At("video/480/index.m3u8");
        Assert.Equal("854,480,1:1,25/1", await MadePackage.ProbeAsync(playlist, "stream=width,height,sample_aspect_ratio,r_frame_rate"));
        Assert.DoesNotMatch("tt|bb|tb|bt", await MadePackage.ProbeAsync(playlist, "stream=field_order"));
    }

    [Fact]
    public async Task Run_AFilmOfVaryingRate_GetsAConstantOne()
    {
        var made = await MadePackage.OfAsync(await _films.VaryingAsync());

        Assert.True(made.Plan.Video.IsVariableRate);
        var (output, _) = await Tool.RunAsync(
            "ffprobe", _films.Path, "-v", "error", "-select_streams", "v", "-show_entries", "packet=dts", "-of", "csv=p=0", made.At("video/480/index.m3u8"));
        var times = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => long.Parse(line.TrimEnd(','), CultureInfo.InvariantCulture)).ToArray();
        Assert.Single(times.Zip(times.Skip(1), (one, next) => next - one).Distinct());
    }

    [Theory]
    [InlineData("smpte2084", "PQ")]
    [InlineData("arib-std-b67", "HLG")]
    public async Task Run_AFilmOfHighDynamicRange_BecomesStandard(string transfer, string name)
    {
        var made = await MadePackage.OfAsync(await _films.BrightAsync(transfer));

        Assert.Contains(made.Plan.Warnings, warning => warning.Contains($"({name})", StringComparison.Ordinal));
        var playlist = made.At("video/480/index.m3u8");
        Assert.Equal(
            "yuv420p,tv,bt709,bt709,bt709",
            await MadePackage.ProbeAsync(playlist, "stream=pix_fmt,color_range,color_space,color_transfer,color_primaries"));
        Assert.All(made.Content.Variants, variant => Assert.Equal((DynamicRange.Sdr, 8), (variant.DynamicRange, variant.BitDepth)));
    }

    [Fact]
    public async Task Run_SurroundThatEndsEarly_BecomesStereoOfTheRightLoudnessAndLength()
    {
        var made = await MadePackage.OfAsync(await _films.SurroundAsync());

        var audio = made.Content.Variants.Single(one => one.IsAudioOnly);
        Assert.Equal((2, "no", "mp4a.40.2"), (audio.AudioChannels, audio.AudioLanguage, audio.Codecs));
        Assert.InRange(MediaPlaylistFile.Read(made.At(audio.StorageKey)).Length.TotalSeconds, 6.95, 7.05);
        string[] measure = ["-i", made.At(audio.StorageKey), "-t", "4.5", "-af", "loudnorm=print_format=json", "-f", "null", "-"];
        var (_, told) = await Tool.RunAsync("ffmpeg", _films.Path, ["-hide_banner", "-nostats", .. measure]);
        Assert.InRange(Loudness.Read(told)!.Integrated, -24, -22);
    }

    [Fact]
    public async Task Run_AFilmWithoutAudio_IsALadderWithoutAudio()
    {
        var made = await MadePackage.OfAsync(await _films.PictureAsync("silent.mp4"));

        Assert.Equal(AudioCodec.None, Assert.Single(made.Content.Variants).AudioCodec);
        Assert.Contains(made.Plan.Warnings, warning => warning.Contains("no audio", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_AFilmWithACover_HasItAsPoster()
    {
        var made = await MadePackage.OfAsync(await _films.WithCoverAsync());

        Assert.Equal("854x480", Assert.Single(made.Content.Variants.Select(one => $"{one.Width}x{one.Height}")));
        Assert.Equal("mjpeg,300,450", await MadePackage.ProbeAsync(made.Work("pictures/poster.jpg"), "stream=codec_name,width,height"));
        Assert.Equal("854,480", await MadePackage.ProbeAsync(made.Work("pictures/backdrop.jpg"), "stream=width,height"));
    }

    [Fact]
    public async Task Run_SubtitlesBesideTheFilm_AreShownInTheirLanguages()
    {
        SubtitleFile[] subtitles =
        [
            new("nb", await _films.SubtitlesAsync("fog.nb.srt", "Tåke over fjorden", Encoding.UTF8)),
            new("fr", await _films.SubtitlesAsync("fog.fr.vtt", "Brume à l’entrée")),
            new("de", await _films.SubtitlesAsync("fog.de.srt", "Nebel überm Fjord", Encoding.Unicode)),
        ];

        var made = await MadePackage.OfAsync(await _films.PictureAsync("fog.mp4"), options: null, subtitles);

        Assert.Equal(["nb", "fr", "de"], made.Content.Texts.Select(text => text.Language));
        Assert.All(made.Content.Texts, text => Assert.Equal((AssetKind.Subtitle, false), (text.Kind, text.IsPrimary)));
        foreach (var (text, words) in made.Content.Texts.Zip(["Tåke over fjorden", "Brume à l’entrée", "Nebel überm Fjord"]))
        {
            var segment = await File.ReadAllTextAsync(made.At(text.Path.Replace("index.m3u8", "seg_00000.vtt", StringComparison.Ordinal)));
            Assert.EndsWith($"\n00:00:01.000 --> 00:00:02.500\n{words}\n", segment, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Plan_SubtitlesThatCannotBeRead_AreRefusedByNameBeforeAnythingIsEncoded()
    {
        var film = await _films.PictureAsync("fog.mp4");
        (string File, string Expected)[] cases =
        [
            (await _films.SubtitlesAsync("latin.srt", "Tåke", Encoding.Latin1), "is not UTF-8"),
            (await _films.DamagedAsync(film, "empty.srt", _ => []), "cannot be read as subtitles"),
            (film, "has no subtitles"),
            (_films.At("nowhere.srt"), "is not there"),
        ];

        foreach (var (file, expected) in cases)
        {
            var problem = await Assert.ThrowsAsync<CommandException>(() => MadePackage.OfAsync(film, options: null, new SubtitleFile("nb", file)));
            Assert.StartsWith($"'{Path.GetFileName(file)}' {expected}", problem.Message, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(film + ".moviesnow"));
    }

    [Fact]
    public async Task Run_ADamagedFilm_IsRefusedByName()
    {
        var (mkv, mp4) = (await _films.PictureAsync("whole.mkv"), await _films.PictureAsync("whole.mp4"));
        string[] files =
        [
            await _films.DamagedAsync(mkv, "cut.mkv", Half),
            await _films.DamagedAsync(mp4, "cut.mp4", Half),
            await _films.DamagedAsync(mkv, "scratched.mkv", Scratched),
            await _films.DamagedAsync(mkv, "text.mkv", _ => "These are words, and no film."u8.ToArray()),
            await _films.DamagedAsync(mp4, "empty.mp4", _ => []),
        ];

        foreach (var file in files)
        {
            var problem = await Assert.ThrowsAsync<CommandException>(() => MadePackage.OfAsync(file));
            Assert.Contains($"'{Path.GetFileName(file)}'", problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(problem.Message, char.IsControl);
        }
    }

    [Fact]
    public async Task Run_ADamagedFilmTolerantly_PackagesWhatCanBeRead()
    {
        var whole = await _films.PictureAsync("whole.mkv");
        var tolerant = MadePackage.Quick with { Tolerant = true };

        var cut = await MadePackage.OfAsync(await _films.DamagedAsync(whole, "cut.mkv", Half), tolerant);
        var scratched = await MadePackage.OfAsync(await _films.DamagedAsync(whole, "scratched.mkv", Scratched), tolerant);

        var left = MediaPlaylistFile.Read(cut.At("video/480/index.m3u8"));
        Assert.True(left.IsComplete);
        Assert.InRange(left.Length.TotalSeconds, 0.5, FilmSources.Seconds - 0.5);
        Assert.Equal((long)left.Length.TotalMilliseconds, cut.Content.Properties.DurationMs);
        Assert.InRange(MediaPlaylistFile.Read(scratched.At("video/480/index.m3u8")).Length.TotalSeconds, 1, FilmSources.Seconds + 0.1);
    }

    private static byte[] Half(byte[] bytes) => bytes[..(bytes.Length / 2)];

    private static byte[] Scratched(byte[] bytes) => [.. bytes.Select((value, i) => i > 20_000 && i % 3_000 < 400 ? (byte)(value ^ 0x55) : value)];
}
