using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Packaging;

/// <summary>Makes the package and the pictures of a film, step by step, in its work directory.</summary>
/// <param name="ffmpeg">Encodes.</param>
/// <param name="work">Where; what is done already is not done again.</param>
/// <param name="source">The film.</param>
/// <param name="plan">What is made of it.</param>
/// <param name="steps">Shows the progress.</param>
internal sealed class Packager(Ffmpeg ffmpeg, WorkFolder work, string source, PackagePlan plan, StepConsole steps)
{
    public const string Video = "package/video";
    public const string Pictures = "pictures";
    public const string Poster = "poster.jpg";
    public const string Backdrop = "backdrop.jpg";
    public const int Stills = 4;

    private const string Index = "index.m3u8";
    private const int LongInterval = 10;
    private const int ShortInterval = 2;
    private const double Spare = 1.15;
    private static readonly TimeSpan ShortFilm = TimeSpan.FromMinutes(2);

    // Silence is of infinitely little loudness.
    private static readonly JsonSerializerOptions Numbers = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string _source = Path.GetFullPath(source);
    private readonly string _name = Ffmpeg.Shown(source);

    private string Largest => work.At($"{Video}/{plan.Frames[0].Height}/{Index}");

    /// <summary>Makes everything.</summary>
    /// <returns>What the upload declares.</returns>
    /// <exception cref="CommandException">The source is damaged or too short, ffmpeg failed, or the disk is too small.</exception>
    public async Task<PackageContent> RunAsync(CancellationToken cancellationToken)
    {
        RequireSpace();
        await VideoAsync(cancellationToken);
        var length = MediaPlaylistFile.Read(Largest).Length;
        foreach (var audio in plan.Audio)
        {
            await AudioAsync(audio, length, cancellationToken);
        }

        foreach (var subtitles in plan.Subtitles)
        {
            await SubtitlesAsync(subtitles, length, cancellationToken);
        }

        await ThumbnailsAsync(length, cancellationToken);
        await PicturesAsync(length, cancellationToken);
        return PackageContent.Of(work, plan);
    }

    private Task VideoAsync(CancellationToken cancellationToken) => work.DoAsync(Video, async folder =>
    {
        var tiers = string.Join(", ", plan.Frames.Select(frame => $"{frame.Height}p"));
        await EncodeAsync($"Encoding {tiers} of {_name}", folder, VideoArguments.Of(_source, plan), cancellationToken);
        foreach (var frame in plan.Frames)
        {
            var made = MediaPlaylistFile.Read(Path.Combine(folder, $"{frame.Height}", Index));
            RequireWhole(made);
            if (plan.Duration - made.Length > Lost(plan.Duration) && !plan.Options.Tolerant)
            {
                throw new CommandException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_name} lasts {plan.Duration.TotalSeconds:0.0} s by its own account, but only {made.Length.TotalSeconds:0.0} s can be read: it is truncated or damaged. "
                    + $"Copy it again, or say --tolerant to package what there is."));
            }
        }
    });

    private async Task AudioAsync(AudioRendition audio, TimeSpan length, CancellationToken cancellationToken)
    {
        var measured = $"measured/{audio.Folder}";
        var name = $"audio {PrintableText.Of(audio.Folder["audio/".Length..], 60)} of {_name}";
        await work.DoAsync(measured, async folder =>
        {
            var output = await EncodeAsync($"Measuring {name}", folder, AudioArguments.Measure(_source, audio, plan.Options), cancellationToken);
            var loudness = Loudness.Read(output) ?? throw new CommandException($"ffmpeg did not tell how loud {name} is: it needs the filter loudnorm.");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "loudness.json"),
                JsonSerializer.Serialize(loudness, Numbers), cancellationToken);
        });
        await work.DoAsync($"package/{audio.Folder}", async folder =>
        {
            var loudness = JsonSerializer.Deserialize<Loudness>(await File.ReadAllTextAsync(work.At($"{measured}/loudness.json"), cancellationToken), Numbers)!;
            await EncodeAsync($"Encoding {name}", folder, AudioArguments.Encode(_source, audio, loudness, length, plan.Options), cancellationToken);
            RequireWhole(MediaPlaylistFile.Read(Path.Combine(folder, Index)));
        });
    }

    private Task SubtitlesAsync(SubtitleRendition subtitles, TimeSpan length, CancellationToken cancellationToken) =>
        work.DoAsync($"package/{subtitles.Folder}", async folder =>
        {
            const string Whole = "whole.vtt";
            string[] arguments =
            [
                .. VideoArguments.Damage(plan.Options), .. VideoArguments.Source(subtitles.Track.File ?? _source),
                "-map", $"0:{subtitles.Track.Index}", "-c:s", "webvtt", "-f", "webvtt", Whole,
            ];
            await EncodeAsync($"Reading subtitles {subtitles.Language} of {_name}", folder, arguments, cancellationToken);
            var cues = WebVtt.Read(await File.ReadAllTextAsync(Path.Combine(folder, Whole), cancellationToken));
            File.Delete(Path.Combine(folder, Whole));
            await SubtitleFiles.WriteAsync(folder, cues, length, await ffmpeg.StartAsync(Largest, cancellationToken), cancellationToken);
        });

    private Task ThumbnailsAsync(TimeSpan length, CancellationToken cancellationToken) => work.DoAsync("package/thumbnails", async folder =>
    {
        var frame = plan.Frames[^1];
        var seconds = length < ShortFilm ? ShortInterval : LongInterval;
        var playlist = work.At($"{Video}/{frame.Height}/{Index}");
        await EncodeAsync($"Making thumbnails of {_name}", folder, PictureArguments.Thumbnails(playlist, frame, seconds), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "thumbnails.vtt"), ThumbnailTrack.Of(length, seconds, frame), cancellationToken);
    });

    private Task PicturesAsync(TimeSpan length, CancellationToken cancellationToken) => work.DoAsync(Pictures, async folder =>
    {
        var (frame, playlist) = (plan.Frames[0], MediaPlaylistFile.Read(Largest));
        await TakeAsync("backdrop", PictureArguments.Still(playlist, frame, length * 0.25, At(Backdrop)));
        await TakeAsync("poster", plan.CoverIndex is { } cover
            ? PictureArguments.Cover(_source, cover, At(Poster))
            : PictureArguments.Poster(playlist, frame, length * 0.25, At(Poster)));
        for (var i = 1; i <= Stills; i++)
        {
            await TakeAsync($"still {i}", PictureArguments.Still(playlist, frame, length * ((double)i / (Stills + 1)), At($"still-{i}.jpg")));
        }

        string At(string name) => Path.Combine(folder, name);
        Task TakeAsync(string what, IReadOnlyList<string> arguments) =>
            EncodeAsync($"Taking the {what} of {_name}", Path.GetDirectoryName(Largest)!, arguments, cancellationToken);
    });

    private Task<string> EncodeAsync(string name, string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        steps.RunAsync(name, plan.Duration, progress => ffmpeg.EncodeAsync(folder, arguments, _source, progress, cancellationToken));

    // Containers round, and some tell the length of the longest track.
    private static TimeSpan Lost(TimeSpan duration) => TimeSpan.FromSeconds(Math.Clamp(duration.TotalSeconds * 0.01, 1, 10));

    /// <summary>A film that fills the disk after hours would be encoded for nothing.</summary>
    private void RequireSpace()
    {
        if (work.IsDone(Video))
        {
            return;
        }

        var needed = (long)(plan.BitsPerSecond / 8d * plan.Duration.TotalSeconds * Spare);
        if (new DriveInfo(work.Path).AvailableFreeSpace < needed)
        {
            throw new CommandException($"{_name} needs about {Megabytes(needed)} in '{work.Path}', {Room()}");
        }
    }

    /// <summary>ffmpeg says nothing when a disk is full: it goes on, and succeeds.</summary>
    private void RequireWhole(MediaPlaylistFile playlist)
    {
        var files = playlist.Segments.Select(segment => segment.File).Concat(playlist.Map is { } map ? [map] : []);
        if (!playlist.IsComplete || !files.All(file => SegmentFile.IsWhole(playlist.Beside(file))))
        {
            throw new CommandException($"ffmpeg could not write all of {_name} to '{work.Path}', {Room()}");
        }
    }

    private string Room() =>
        $"where {Megabytes(new DriveInfo(work.Path).AvailableFreeSpace)} are free: make room, or name a directory on another disk with --work.";

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000:N0} MB");
}
