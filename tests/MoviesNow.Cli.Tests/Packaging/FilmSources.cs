using MoviesNow.Testing;

namespace MoviesNow.Cli.Tests.Packaging;

/// <summary>Short films that ffmpeg makes up, in a directory of their own.</summary>
internal sealed class FilmSources : IDisposable
{
    private const string Subtitles = "1\n00:00:01,000 --> 00:00:03,000\nFog over the harbour\n\n2\n00:00:07,000 --> 00:00:08,500\nA light\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-films-");

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>Thirteen seconds of 1080 lines at 23.976 frames, with two languages and subtitles.</summary>
    public async Task<string> FilmAsync(string name = "film.mkv", int seconds = 13)
    {
        await File.WriteAllTextAsync(At("film.srt"), Subtitles);
        return await MakeAsync(
            name,
            [.. Picture("1920x1080", "24000/1001", seconds), .. Tone(440, seconds), .. Tone(330, seconds), "-i", At("film.srt")],
            [
                "-map", "0", "-map", "1", "-map", "2", "-map", "3", .. Quick, "-c:a", "aac", "-c:s", "srt",
                "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger", "-metadata:s:s:0", "language=fre", "-disposition:a:0", "default",
            ]);
    }

    public Task<string> PictureAsync(string name, string size, string rate = "25", params string[] more) =>
        MakeAsync(name, Picture(size, rate, 7), [.. Quick, .. more]);

    public async Task<string> OnItsSideAsync()
    {
        await PictureAsync("flat.mp4", "854x480");
        return await MakeAsync("telephone.mp4", ["-i", At("flat.mp4")], ["-c", "copy", "-metadata:s:v:0", "rotate=90"]);
    }

    public Task<string> VaryingAsync() => PictureAsync("varying.mp4", "854x480", "30", "-vf", "select=not(eq(mod(n\\,4)\\,1))*not(eq(mod(n\\,7)\\,2))", "-vsync", "vfr");

    public Task<string> InterlacedAsync() =>
        PictureAsync("television.mkv", "720x576", "50", "-vf", "tinterlace=interleave_top,setsar=64/45,fieldorder=tff", "-flags", "+ildct+ilme");

    public Task<string> BrightAsync() => PictureAsync(
        "bright.mkv", "854x480", "25", "-pix_fmt", "yuv420p10le", "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc");

    public Task<string> SurroundAsync() => MakeAsync(
        "surround.mkv", [.. Picture("854x480", "25", 7), "-f", "lavfi", "-i", "anoisesrc=d=5:a=0.05:c=pink"],
        ["-map", "0", "-map", "1", .. Quick, "-c:a", "ac3", "-ac", "6", "-metadata:s:a:0", "language=nor"]);

    /// <summary>A film with bytes that are not its own, or too few.</summary>
    public async Task<string> DamagedAsync(string name, Func<byte[], byte[]> damage)
    {
        var whole = await PictureAsync("whole" + System.IO.Path.GetExtension(name), "854x480");
        await File.WriteAllBytesAsync(At(name), damage(await File.ReadAllBytesAsync(whole)));
        return At(name);
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    private static readonly string[] Quick = ["-c:v", "libx264", "-preset", "ultrafast"];

    private static string[] Picture(string size, string rate, int seconds) => ["-f", "lavfi", "-i", $"testsrc2=size={size}:rate={rate}:duration={seconds}"];

    private static string[] Tone(int hertz, int seconds) => ["-f", "lavfi", "-i", $"sine=frequency={hertz}:beep_factor=4:sample_rate=48000:duration={seconds}"];

    private async Task<string> MakeAsync(string name, string[] inputs, string[] output)
    {
        await Tool.RunAsync("ffmpeg", Path, ["-hide_banner", "-loglevel", "error", "-y", .. inputs, .. output, At(name)]);
        return At(name);
    }
}
