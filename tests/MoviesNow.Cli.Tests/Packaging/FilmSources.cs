using System.Text;
using MoviesNow.Testing;

namespace MoviesNow.Cli.Tests.Packaging;

/// <summary>Short films that ffmpeg makes up, in a directory of their own.</summary>
internal sealed class FilmSources : IDisposable
{
    /// <summary>How long a film is where its length does not matter.</summary>
    public const int Seconds = 3;

    private const string Subtitles = "1\n00:00:01,000 --> 00:00:03,000\nFog over the harbour\n\n2\n00:00:07,000 --> 00:00:08,500\nA light\n";

    private static readonly string[] Quick = ["-c:v", "libx264", "-preset", "ultrafast"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-films-");

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>A film of 1080 lines at 23.976 frames, with two languages and subtitles. Two seconds of it are the shortest that have all of them.</summary>
    public async Task<string> FilmAsync(int seconds, string size = "1920x1080")
    {
        await File.WriteAllTextAsync(At("film.srt"), Subtitles);
        return await MakeAsync(
            "film.mkv",
            [.. Picture(size, "24000/1001", seconds), .. Tone(440, seconds), .. Tone(330, seconds), "-i", At("film.srt")],
            [
                "-map", "0", "-map", "1", "-map", "2", "-map", "3", .. Quick, "-c:a", "aac", "-c:s", "srt",
                "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger", "-metadata:s:s:0", "language=fre", "-disposition:a:0", "default",
            ]);
    }

    /// <summary>A silent film.</summary>
    public Task<string> PictureAsync(string name, string size = "854x480", string rate = "25", int seconds = Seconds, params string[] more) =>
        MakeAsync(name, Picture(size, rate, seconds), [.. Quick, .. more]);

    public async Task<string> OnItsSideAsync()
    {
        await PictureAsync("flat.mp4");
        return await MakeAsync("telephone.mp4", ["-i", At("flat.mp4")], ["-c", "copy", "-metadata:s:v:0", "rotate=90"]);
    }

    public Task<string> VaryingAsync() =>
        PictureAsync("varying.mp4", rate: "30", more: ["-vf", "select=not(eq(mod(n\\,4)\\,1))*not(eq(mod(n\\,7)\\,2))", "-vsync", "vfr"]);

    public Task<string> InterlacedAsync() => PictureAsync(
        "television.mkv", "720x576", "50", more: ["-vf", "tinterlace=interleave_top,setsar=64/45,fieldorder=tff", "-flags", "+ildct+ilme"]);

    /// <summary>A picture of high dynamic range, with a transfer function by ffmpeg's name.</summary>
    public Task<string> BrightAsync(string transfer) => PictureAsync(
        "bright.mkv", more: ["-pix_fmt", "yuv420p10le", "-color_trc", transfer, "-color_primaries", "bt2020", "-colorspace", "bt2020nc"]);

    /// <summary>Seven seconds of a picture, with five of surround.</summary>
    public Task<string> SurroundAsync() => MakeAsync(
        "surround.mkv", [.. Picture("854x480", "25", 7), "-f", "lavfi", "-i", "anoisesrc=d=5:a=0.05:c=pink"],
        ["-map", "0", "-map", "1", .. Quick, "-c:a", "ac3", "-ac", "6", "-metadata:s:a:0", "language=nor"]);

    /// <summary>A film with an embedded cover of 300 by 450 pixels.</summary>
    public async Task<string> WithCoverAsync()
    {
        await PictureAsync("plain.mp4");
        await MakeAsync("cover.png", Picture("300x450", "1", 1), ["-frames:v", "1"]);
        return await MakeAsync(
            "covered.mp4", ["-i", At("plain.mp4"), "-i", At("cover.png")], ["-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic"]);
    }

    /// <summary>A copy of a film with bytes that are not its own, or too few.</summary>
    public async Task<string> DamagedAsync(string whole, string name, Func<byte[], byte[]> damage)
    {
        await File.WriteAllBytesAsync(At(name), damage(await File.ReadAllBytesAsync(whole)));
        return At(name);
    }

    /// <summary>Subtitles beside a film, with a cue from the second second on.</summary>
    public async Task<string> SubtitlesAsync(string name, string text, Encoding? encoding = null)
    {
        var cue = System.IO.Path.GetExtension(name) is ".vtt"
            ? $"WEBVTT\n\n00:01.000 --> 00:02.500\n{text}\n" : $"1\n00:00:01,000 --> 00:00:02,500\n{text}\n";
        await File.WriteAllTextAsync(At(name), cue, encoding ?? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return At(name);
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    private static string[] Picture(string size, string rate, int seconds) => ["-f", "lavfi", "-i", $"testsrc2=size={size}:rate={rate}:duration={seconds}"];

    private static string[] Tone(int hertz, int seconds) => ["-f", "lavfi", "-i", $"sine=frequency={hertz}:beep_factor=4:sample_rate=48000:duration={seconds}"];

    private async Task<string> MakeAsync(string name, string[] inputs, string[] output)
    {
        await Tool.RunAsync("ffmpeg", Path, ["-hide_banner", "-loglevel", "error", "-y", .. inputs, .. output, At(name)]);
        return At(name);
    }
}
