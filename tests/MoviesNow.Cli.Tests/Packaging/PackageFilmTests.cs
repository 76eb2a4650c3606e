using System.Text.Json;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Tests.Uploads;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Tests.Packaging;

/// <summary>From a film file to what plays, with the real services and a real bucket.</summary>
[Collection(UploadTestGroup.Name)]
public sealed class PackageFilmTests : IDisposable
{
    private const int Sent = 3;
    private const int Pictures = 6;

    // Long enough to be found at it.
    private const int EncodedForSeconds = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly UploadHost _host;
    private readonly FilmSources _films = new();

    public PackageFilmTests(UploadHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _films.Dispose();

    [Fact]
    public async Task Package_AFilmByName_PlaysAndHasNoFindings()
    {
        var film = await _films.FilmAsync(seconds: 3);
        var name = $"Fog {Guid.CreateVersion7()}";

        var ended = await _host.Cli.RunAsync("package", film, "--title", name, "--preset", "ultrafast", "--publish", "--json");

        Assert.Equal((0, ""), (ended.ExitCode, ended.ExitCode == 0 ? "" : ended.Errors));
        Assert.Equal("[]", Json(ended.Output).GetProperty("findings").GetRawText());
        Assert.DoesNotContain(ended.Output + ended.Errors, character => char.IsControl(character) && character is not '\n');
        var result = Json(ended.Output);
        Assert.True(result.GetProperty("published").GetBoolean());
        var playback = await new PlaybackService.PlaybackServiceClient(_host.AsAdmin()).GetPlaybackAsync(
            new GetPlaybackRequest { TitleId = result.GetProperty("titleId").GetString() });
        Assert.Equal([QualityTier.P1080, QualityTier.P720, QualityTier.P480], playback.Variants.Select(variant => variant.Tier));
        Assert.Equal(["en", "de"], playback.AudioTracks.Select(track => track.Language));
        Assert.Equal("fr", Assert.Single(playback.Subtitles).Language);
        Assert.Contains("DEFAULT=YES", playback.HlsPlaylist, StringComparison.Ordinal);
        Assert.Equal(6, playback.Artwork.Count);
        // What is no longer needed is gone; the state stays.
        Assert.Equal(["lock", "state.json"], Left(film));

        _host.Gateway.Reset();
        var again = await _host.Cli.RunAsync("package", film, "--title", name, "--preset", "ultrafast", "--json");

        Assert.Equal((0, true), (again.ExitCode, Json(again.Output).GetProperty("wasDone").GetBoolean()));
        Assert.Equal(result.GetProperty("packageId").GetString(), Json(again.Output).GetProperty("packageId").GetString());
        Assert.Empty(_host.Gateway.Stored);
    }

    [Fact]
    public async Task Package_KilledWhileEncodingAndWhileSending_GoesOnWithWhatIsMissing()
    {
        var film = await _films.PictureAsync("silent.mp4", seconds: EncodedForSeconds);
        var title = await _host.MovieAsync();
        string[] command = ["package", film, "--title", title, "--preset", "medium", "--keep", "--json"];
        var video = new FileInfo(film + ".moviesnow/package/video/480/index.m3u8");
        await KillWhenAsync(command, () => IsEncoding(film));
        Assert.False(video.Exists, "A step that was killed is not done.");
        var puts = 0;
        _host.Gateway.Before = async context =>
        {
            if (Interlocked.Increment(ref puts) > Sent)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }

            return puts > Sent && context.RequestAborted.IsCancellationRequested;
        };
        await KillWhenAsync(command, () => _host.Gateway.Stored.Count == Sent);
        video.Refresh();
        var encoded = video.LastWriteTimeUtc;
        _host.Gateway.Reset();

        var ended = await _host.Cli.RunAsync(command);

        video.Refresh();
        Assert.Equal((0, ""), (ended.ExitCode, ended.ExitCode == 0 ? "" : ended.Errors));
        Assert.Equal(encoded, video.LastWriteTimeUtc);
        var package = Assert.Single(await PackagesAsync(title));
        Assert.Equal(PackageState.Completed, package.State);
        Assert.Equal(package.FileCount - Sent + Pictures, _host.Gateway.Stored.Count);
    }

    [Fact]
    public async Task Package_InterruptedInATerminal_SaysHowToGoOn()
    {
        var film = await _films.PictureAsync("silent.mp4", seconds: 3 * EncodedForSeconds);
        string[] command = ["package", film, "--title", await _host.MovieAsync(), "--preset", "medium"];
        using var process = new CliProcess(_films.Path, _host.Variables).StartInTerminal(command);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Eventually.HoldsAsync(() => Task.FromResult(process.HasExited ? throw new InvalidOperationException("It ended by itself.") : IsEncoding(film)));

        // Ctrl-C of a terminal reaches the encoder too, which may end before this program has heard of it.
        await Tool.RunAsync("pkill", _films.Path, "-INT", "--pgroup", $"{process.Id}", "--exact", "ffmpeg");
        await Tool.RunAsync("kill", _films.Path, "-INT", $"{process.Id}");
        await process.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal((1, ""), (process.ExitCode, await output));
        // Lines about the progress come before it.
        var last = (await errors).TrimEnd().Split('\n')[^1].TrimEnd();
        Assert.Equal($"Interrupted. What is done is kept in '{film}.moviesnow': run the same command to go on.", last);
        Assert.Equal(["lock", "state.json", "unfinished"], Left(film));
    }

    [Fact]
    public async Task Package_Again_TakesThePlaceOfTheOldOneAndGoesOnWhenItIsInterrupted()
    {
        var film = await _films.PictureAsync("silent.mp4");
        var title = await _host.MovieAsync();
        string[] command = ["package", film, "--title", title, "--preset", "ultrafast", "--keep", "--publish", "--json"];
        var first = Json((await _host.Cli.RunAsync(command)).Output);
        var encoded = File.GetLastWriteTimeUtc(film + ".moviesnow/package/video/480/index.m3u8");
        Assert.Equal(["lock", "package", "pictures", "state.json", "unfinished"], Left(film));

        // The bucket takes some files, then none.
        _host.Gateway.Reset();
        var puts = 0;
        _host.Gateway.Before = async context =>
        {
            if (Interlocked.Increment(ref puts) <= Sent)
            {
                return false;
            }

            await Eventually.HoldsAsync(() => Task.FromResult(_host.Gateway.Stored.Count == Sent));
            return await StorageGateway.RefuseAsync(context, 400, "InvalidRequest");
        };
        var interrupted = await _host.Cli.RunAsync([.. command, "--again"]);
        _host.Gateway.Reset();
        var second = await _host.Cli.RunAsync([.. command, "--again"]);

        Assert.Equal((1, 0, ""), (interrupted.ExitCode, second.ExitCode, second.ExitCode == 0 ? "" : second.Errors));
        var again = Json(second.Output);
        Assert.False(again.GetProperty("wasDone").GetBoolean());
        Assert.NotEqual(first.GetProperty("packageId").GetString(), again.GetProperty("packageId").GetString());
        // What was kept is not encoded again, and the title has pictures.
        Assert.Equal(encoded, File.GetLastWriteTimeUtc(film + ".moviesnow/package/video/480/index.m3u8"));
        Assert.DoesNotContain(_host.Gateway.Stored, path => path.Contains("/artwork/", StringComparison.Ordinal));
        var packages = await PackagesAsync(title);
        Assert.Equal(2, packages.Count);
        Assert.Equal(packages.Single(package => package.Id == again.GetProperty("packageId").GetString()).FileCount - Sent, _host.Gateway.Stored.Count);
        var playback = await new PlaybackService.PlaybackServiceClient(_host.AsAdmin()).GetPlaybackAsync(new GetPlaybackRequest { TitleId = title });
        Assert.Contains(again.GetProperty("packageId").GetString()!, Assert.Single(playback.Variants).StorageKey, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_WithSubtitlesBeside_HasThemBesideItsOwn()
    {
        var film = await _films.PictureAsync("fog.mp4");
        var norwegian = await _films.SubtitlesAsync("fog.no.srt", "Tåke over fjorden");
        var french = await _films.SubtitlesAsync("fog.fr.vtt", "Brume");
        string[] command = ["package", film, "--title", await _host.MovieAsync(), "--preset", "ultrafast", "--no-artwork", "--publish", "--json"];

        var unknown = await _host.Cli.RunAsync([.. command, "--subtitles", french]);
        var ended = await _host.Cli.RunAsync([.. command, "--subtitles", $"no={norwegian}", "--subtitles", $"fre={french}"]);

        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("must be a language and a file", unknown.Errors, StringComparison.Ordinal);
        Assert.Equal((0, ""), (ended.ExitCode, ended.ExitCode == 0 ? "" : ended.Errors));
        var findings = Json(ended.Output).GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("ruleId").GetString()!).ToArray();
        // The film is silent and without pictures.
        Assert.Contains("AUDIO_MISSING", findings);
        Assert.DoesNotContain(findings, rule => rule.StartsWith("SUBTITLE", StringComparison.Ordinal));
        var playback = await new PlaybackService.PlaybackServiceClient(_host.AsAdmin()).GetPlaybackAsync(
            new GetPlaybackRequest { TitleId = Json(ended.Output).GetProperty("titleId").GetString() });
        Assert.Equal(["fr", "no"], playback.Subtitles.Select(track => track.Language).Order(StringComparer.Ordinal));
        Assert.Empty(playback.Artwork);
    }

    [Fact]
    public async Task Package_WithAnotherTitlesEpisodeOrASeries_IsRefusedBeforeAnythingIsEncoded()
    {
        var film = await _films.PictureAsync("silent.mp4");
        var series = await _host.Cli.OneAsync<Title>("title", "create", "--kind", "series", "--name", "Fjord");
        var season = await _host.Cli.OneAsync<Season>("season", "create", series.Id, "--number", "1");
        var episode = await _host.Cli.OneAsync<Episode>("episode", "create", season.Id, "--number", "1", "--name", "One");

        var asFilm = await _host.Cli.RunAsync("package", film, "--title", series.Id);
        var ofAnother = await _host.Cli.RunAsync("package", film, "--title", await _host.MovieAsync(), "--episode", episode.Id);
        var right = await _host.Cli.RunAsync(
            "package", film, "--title", series.Id, "--episode", episode.Id, "--preset", "ultrafast", "--container", "ts", "--publish", "--json");

        Assert.Equal((1, 1, 0), (asFilm.ExitCode, ofAnother.ExitCode, right.ExitCode));
        Assert.Contains("--episode", asFilm.Errors, StringComparison.Ordinal);
        Assert.Contains(series.Id, ofAnother.Errors, StringComparison.Ordinal);
        var playback = await new PlaybackService.PlaybackServiceClient(_host.AsAdmin()).GetPlaybackAsync(new GetPlaybackRequest { TitleId = series.Id, EpisodeId = episode.Id });
        Assert.Equal(Container.Ts, Assert.Single(playback.Variants).Container);
    }

    [Fact]
    public async Task Package_DryRun_AsksNoServiceAndMakesNothing()
    {
        var film = await _films.FilmAsync(seconds: 2);
        var offline = new CliProcess(_films.Path);

        var (exitCode, output, errors) = await offline.RunAsync("package", film, "--dry-run");
        var (_, json, _) = await offline.RunAsync("package", film, "--dry-run", "--json");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("1080p: 1920x1080, 23.976 frames/s", output, StringComparison.Ordinal);
        Assert.Equal(["en", "de"], Json(json).GetProperty("audio").EnumerateArray().Select(audio => audio.GetProperty("language").GetString()));
        Assert.False(Directory.Exists(film + ".moviesnow"));
    }

    [Fact]
    public async Task Package_WithoutFfmpeg_SaysHowToGetIt()
    {
        var film = await _films.PictureAsync("silent.mp4");
        var bare = new CliProcess(_films.Path, new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = _films.Path });

        var (exitCode, _, errors) = await bare.RunAsync("package", film, "--dry-run");

        Assert.Equal(1, exitCode);
        Assert.Contains("install ffmpeg", errors, StringComparison.Ordinal);
    }

    private async Task KillWhenAsync(string[] command, Func<bool> condition)
    {
        using var process = new CliProcess(_films.Path, _host.Variables).Start(command);
        // Read, so that it never waits for a reader.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await Eventually.HoldsAsync(
                () => Task.FromResult(process.HasExited ? throw new InvalidOperationException("It ended by itself.") : Holds()), TimeSpan.FromMinutes(3));
        }
        finally
        {
            // The encoder is not killed: it must not get in the way of the next run.
            process.Kill();
            await process.WaitForExitAsync();
        }

        bool Holds()
        {
            try
            {
                return condition();
            }
            catch (DirectoryNotFoundException)
            {
                return false;
            }
        }
    }

    private async Task<IReadOnlyList<HlsPackage>> PackagesAsync(string title) =>
        (await new PackageUploadService.PackageUploadServiceClient(_host.AsCli()).ListPackagesAsync(new ListPackagesRequest { TitleId = title })).Packages;

    private static bool IsEncoding(string film)
    {
        var folder = film + ".moviesnow/unfinished";
        return Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.m4s*", SearchOption.AllDirectories).Any();
    }

    /// <summary>What is in the work directory.</summary>
    private static IEnumerable<string?> Left(string film) =>
        Directory.EnumerateFileSystemEntries(film + ".moviesnow").Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static JsonElement Json(string output) => JsonDocument.Parse(output).RootElement;
}
