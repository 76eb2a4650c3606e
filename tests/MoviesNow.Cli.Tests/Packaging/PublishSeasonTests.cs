using System.IO.Compression;
using System.Text.Json;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Tests.Uploads;

namespace MoviesNow.Cli.Tests.Packaging;

/// <summary>From a folder of episodes to a season that plays and can be downloaded, with the real services and a real bucket.</summary>
[Collection(UploadTestGroup.Name)]
public sealed class PublishSeasonTests : IDisposable
{
    private readonly UploadHost _host;
    private readonly FilmSources _films = new();

    public PublishSeasonTests(UploadHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _films.Dispose();

    [Fact]
    public async Task SeasonPublish_AFolder_PlaysAndIsDownloadableAndIsDoneOnce()
    {
        var name = $"Fjord {Guid.CreateVersion7()}";
        var folder = Directory.CreateDirectory(_films.At("Season 2"));
        File.Copy(await _films.PictureAsync("one.mp4"), Path.Combine(folder.FullName, "Fjord - 01 - Ice.mp4"));
        File.Copy(await _films.PictureAsync("two.mp4", "640x480"), Path.Combine(folder.FullName, "Fjord S02E02.mp4"));
        await File.WriteAllTextAsync(Path.Combine(folder.CreateSubdirectory("extras").FullName, "making of.txt"), "How it was made.");
        // The bucket takes the first package only.
        var first = default(string);
        _host.Gateway.Before = context =>
        {
            var package = context.Request.Path.Value!.Split("/package_") is [_, var rest] ? rest.Split('/')[0] : null;
            first ??= package;
            return package == first || package is null ? Task.FromResult(false) : StorageGateway.RefuseAsync(context, 400, "InvalidRequest");
        };
        string[] command = ["season", "publish", folder.FullName, "--title", name, "--preset", "ultrafast", "--json"];

        var interrupted = await _host.Cli.RunAsync(command);
        _host.Gateway.Reset();
        var ended = await _host.Cli.RunAsync(command);

        Assert.Equal((1, 0, ""), (interrupted.ExitCode, ended.ExitCode, ended.ExitCode == 0 ? "" : ended.Errors));
        var result = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal([true, false], result.GetProperty("episodes").EnumerateArray().Select(one => one.GetProperty("wasDone").GetBoolean()));
        Assert.Equal(["Season Published", "SeasonExtras Published"], result.GetProperty("bundles").EnumerateArray().Select(one => $"{one.GetProperty("kind")} {one.GetProperty("state")}"));
        var titleId = result.GetProperty("titleId").GetString()!;
        var season = Assert.Single(await _host.Cli.ManyAsync<Season>("season", "list", titleId));
        var episodes = await _host.Cli.ManyAsync<Episode>("episode", "list", season.Id);
        Assert.Equal(["1 Ice", "2 Episode 2"], episodes.Select(episode => $"{episode.Number} {episode.Name}"));
        var playback = await new PlaybackService.PlaybackServiceClient(_host.AsAdmin()).GetPlaybackAsync(new GetPlaybackRequest { TitleId = titleId, EpisodeId = episodes[1].Id });
        Assert.Equal((640, 480), (Assert.Single(playback.Variants).Width, playback.Variants[0].Height));
        var bundles = await _host.Cli.ManyAsync<Bundle>("bundle", "list", "--title", titleId);
        Assert.Contains(bundles, bundle => bundle.StorageKey == $"bundles/{titleId}/S02.zip");

        _host.Gateway.Reset();
        var again = await _host.Cli.RunAsync(command);

        Assert.Equal(0, again.ExitCode);
        Assert.Empty(_host.Gateway.Stored);
        Assert.Equal(2, (await _host.Cli.ManyAsync<Bundle>("bundle", "list", "--title", titleId)).Count);
    }
    [Fact]
    public async Task SeasonPublish_ADraftAndThenWithoutIt_KeepsWhatIsMadeAndPublishesIt()
    {
        var folder = Directory.CreateDirectory(_films.At("S01"));
        File.Copy(await _films.PictureAsync("one.mp4"), Path.Combine(folder.FullName, "S01E01.mp4"));
        File.Copy(await _films.SubtitlesAsync("one.srt", "Is på fjorden"), Path.Combine(folder.FullName, "S01E01.nb.srt"));
        var series = await _host.Cli.OneAsync<Title>("title", "create", "--kind", "series", "--name", "Fjord");
        string[] command = ["season", "publish", folder.FullName, "--title", series.Id, "--preset", "ultrafast", "--json"];

        var withoutZip = await PublishAsync([.. command, "--draft", "--no-zip"]);
        Assert.Empty(await _host.Cli.ManyAsync<Bundle>("bundle", "list", "--title", series.Id));
        var draft = await PublishAsync([.. command, "--draft"]);
        Assert.Equal(TitleState.Draft, (await _host.Cli.OneAsync<Title>("title", "show", series.Id)).State);
        _host.Gateway.Reset();
        var published = await PublishAsync(command);

        Assert.Equal((false, false, true), (IsPublished(withoutZip), IsPublished(draft), IsPublished(published)));
        Assert.Equal((false, true, true), (WasDone(withoutZip), WasDone(draft), WasDone(published)));
        Assert.Equal("[]", withoutZip.GetProperty("bundles").GetRawText());
        var (before, after) = (draft.GetProperty("bundles")[0], published.GetProperty("bundles")[0]);
        Assert.Equal(("Verified", "Published"), (before.GetProperty("state").GetString(), after.GetProperty("state").GetString()));
        Assert.Equal(before.GetProperty("id").GetString(), after.GetProperty("id").GetString());
        Assert.Empty(_host.Gateway.Stored);
        // The subtitles beside the episode play with it, and go home with it.
        var playback = await new PlaybackService.PlaybackServiceClient(_host.AsAdmin()).GetPlaybackAsync(
            new GetPlaybackRequest { TitleId = series.Id, EpisodeId = published.GetProperty("episodes")[0].GetProperty("id").GetString() });
        Assert.Equal("nb", Assert.Single(playback.Subtitles).Language);
        await using var zip = new ZipArchive(new MemoryStream(await _host.ObjectAsync($"bundles/{series.Id}/S01.zip")));
        Assert.Equal(["S01E01.mp4", "S01E01.nb.srt"], zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
    }

    private async Task<JsonElement> PublishAsync(string[] command)
    {
        var ended = await _host.Cli.RunAsync(command);
        Assert.Equal((0, ""), (ended.ExitCode, ended.ExitCode == 0 ? "" : ended.Errors));
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    private static bool WasDone(JsonElement result) => result.GetProperty("episodes")[0].GetProperty("wasDone").GetBoolean();

    private static bool IsPublished(JsonElement result) => result.GetProperty("published").GetBoolean();
}
