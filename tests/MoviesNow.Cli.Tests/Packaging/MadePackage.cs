using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Packaging;
using MoviesNow.Testing;

namespace MoviesNow.Cli.Tests.Packaging;

/// <summary>A package that was made, and what ffprobe tells of it.</summary>
internal sealed record MadePackage(PackagePlan Plan, PackageContent Content, string Path)
{
    /// <summary>The options of tests that are about something else.</summary>
    public static PlanOptions Quick { get; } = new(Container.Fmp4, "ultrafast", Pad: false, Language: null, Tolerant: false);

    /// <summary>Packages a film beside it, as the command does.</summary>
    public static async Task<MadePackage> OfAsync(string file, PlanOptions? options = null, params SubtitleFile[] subtitles)
    {
        var plan = await PlanAsync(file, options, subtitles);
        return await OfAsync(file, plan, subtitles);
    }

    public static async Task<MadePackage> OfAsync(string file, PackagePlan plan, params SubtitleFile[] subtitles)
    {
        var film = Request(file, plan.Options, subtitles);
        using var work = WorkFolder.Open(film.WorkPath, film.Fingerprint, TimeProvider.System);
        var steps = new StepConsole(TextWriter.Null, TimeProvider.System);
        var content = await new Packager(new Ffmpeg(), work, file, plan, steps).RunAsync(CancellationToken.None);
        return new MadePackage(plan, content, work.Path);
    }

    public static Task<PackagePlan> PlanAsync(string file, PlanOptions? options = null, params SubtitleFile[] subtitles) =>
        FilmPackaging.PlanAsync(new Ffmpeg(), Request(file, options ?? Quick, subtitles), CancellationToken.None);

    public string At(string path) => System.IO.Path.Combine(Path, "package", path);

    public string Work(string path) => System.IO.Path.Combine(Path, path);

    /// <summary>The first line that ffprobe writes of a file.</summary>
    public static async Task<string> ProbeAsync(string file, string entries)
    {
        var (output, _) = await Tool.RunAsync("ffprobe", ".", "-v", "error", "-show_entries", entries, "-of", "csv=p=0", file);
        return output.Split('\n')[0].Trim();
    }

    private static FilmRequest Request(string file, PlanOptions options, SubtitleFile[] subtitles) =>
        new(file, "", "", options, subtitles, Work: null, Keep: true, Again: false, WithArtwork: false);
}

/// <summary>Seven seconds of a film as a package of three tiers: encoded once for all tests that only look at it.</summary>
public sealed class PackagedFilm : IAsyncLifetime
{
    private readonly FilmSources _films = new();

    internal MadePackage Made { get; private set; } = null!;

    public async Task InitializeAsync() => Made = await MadePackage.OfAsync(await _films.FilmAsync(seconds: 7));

    public Task DisposeAsync()
    {
        _films.Dispose();
        return Task.CompletedTask;
    }
}
