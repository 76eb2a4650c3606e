using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Playwright;
using MoviesNow.Cli.Tests;
using MoviesNow.Cli.Tests.Packaging;
using MoviesNow.Site.Tests.Harness;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using static Microsoft.Playwright.Assertions;

namespace MoviesNow.Site.Tests;

/// <summary>From files on a disk, by the command line, to what a viewer sees and takes home.</summary>
[Collection(SiteTestGroup.Name)]
public sealed class FilmFileTests(SiteFixture fixture) : IDisposable
{
    private const string Norwegian = "Tåke over fjorden";
    private const string French = "Fog over the harbour";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FilmSources _films = new();

    public void Dispose() => _films.Dispose();

    [Fact]
    public async Task Film_PackagedFromItsFile_PlaysWithTheChosenSoundAndCaptionsAndIsCounted()
    {
        // English and German, with French subtitles of its own.
        var file = await _films.FilmAsync(seconds: 12, "854x480");
        var subtitles = await _films.SubtitlesAsync("film.nb.srt", Norwegian);
        var name = $"Fog {Guid.CreateVersion7()}";
        var packaged = await RunAsync(
            "package", file, "--title", name, "--subtitles", $"nb={subtitles}", "--preset", "ultrafast", "--publish", "--json");
        Assert.Equal("[]", packaged.GetProperty("findings").GetRawText());
        var titleId = packaged.GetProperty("titleId").GetString()!;
        await using var viewer = await fixture.VisitAsync();
        var read = new List<string>();
        viewer.Page.Response += (_, response) =>
        {
            if (response.Url.StartsWith(fixture.System.Cdn.ToString(), StringComparison.Ordinal))
            {
                lock (read)
                {
                    read.Add($"{response.Status} {new Uri(response.Url).AbsolutePath}");
                }
            }
        };

        await viewer.GoAsync($"/title/{titleId}");
        // The packager took it from the film.
        await Expect(viewer.Page.Locator(".hero-poster img")).ToHaveJSPropertyAsync("naturalWidth", 320);
        await viewer.PlayAndPauseAsync(titleId);
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await ChooseAsync(viewer, "Audio", "de");
        await Eventually.HoldsAsync(() => Task.FromResult(HasRead("/audio/2-de/seg_")), Patience);

        // A tenth of the film is within a cue of each language.
        await viewer.PressAsync("1");
        await ChooseAsync(viewer, "Subtitles", "nb");
        await ShowsAsync(viewer, Norwegian, French);
        await ChooseAsync(viewer, "Subtitles", "fr");
        await ShowsAsync(viewer, French, Norwegian);
        await viewer.Page.Locator(".settings").GetByLabel("Subtitles").SelectOptionAsync("Off");
        await ShowsAsync(viewer, text: null, Norwegian, French);
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();

        await viewer.Page.GetByLabel("Position").HoverAsync();
        await Expect(viewer.Page.Locator(".preview-picture")).ToHaveCSSAsync("width", "160px");
        await Eventually.HoldsAsync(() => Task.FromResult(HasRead("/thumbnails/sprite_001.jpg")), Patience);
        await viewer.ShowAsync("seek");
        await viewer.PressAsync("k");
        await viewer.PressAsync("9");
        await viewer.EndsAsync();

        Assert.DoesNotContain(read, line => line.StartsWith("404", StringComparison.Ordinal));
        var told = new Told(fixture.System, titleId);
        var (session, events) = await told.SessionAsync(events => events.Any(one => one.Type is EventType.Complete));
        Assert.Equal((SessionState.Ended, SessionEndReason.Completed), (session.State, session.EndReason));
        Assert.DoesNotContain(events, one => one.IsFatal);
        Assert.Equal((1, events.Length, 0), await told.CountAsync());
        Assert.Empty(viewer.Violations);

        bool HasRead(string part)
        {
            lock (read)
            {
                return read.Exists(line => line.StartsWith("20", StringComparison.Ordinal) && line.Contains(part, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Season_PublishedFromItsFolder_ArrivesAsItsFilesAreAndPlays()
    {
        var folder = Directory.CreateDirectory(_films.At("Season 1"));
        foreach (var (number, name) in new[] { "Ice", "Thaw" }.Index())
        {
            File.Move(await _films.PictureAsync("episode.mp4"), Path.Combine(folder.FullName, $"S01E0{number + 1} - {name}.mp4"));
        }

        File.Move(await _films.SubtitlesAsync("episode.srt", Norwegian), Path.Combine(folder.FullName, "S01E01 - Ice.nb.srt"));
        var series = $"Fjord {Guid.CreateVersion7()}";
        var published = await RunAsync("season", "publish", folder.FullName, "--title", series, "--preset", "ultrafast", "--json");
        var titleId = published.GetProperty("titleId").GetString();
        await using var viewer = await fixture.VisitAsync();

        await viewer.GoAsync($"/title/{titleId}/downloads");
        var download = await viewer.DownloadAsync();

        await using var saved = File.OpenRead(await download.PathAsync());
        await Expect(viewer.Page.Locator("main code")).ToHaveTextAsync(Convert.ToHexStringLower(await SHA256.HashDataAsync(saved)));
        await using var zip = new ZipArchive(saved);
        var files = Directory.GetFiles(folder.FullName).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(files.Select(Path.GetFileName), zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            await using var entry = await zip.GetEntry(Path.GetFileName(file))!.OpenAsync();
            var bytes = new MemoryStream();
            await entry.CopyToAsync(bytes);
            Assert.Equal(await File.ReadAllBytesAsync(file), bytes.ToArray());
        }

        foreach (var episode in published.GetProperty("episodes").EnumerateArray())
        {
            await viewer.GoAsync($"/watch/{titleId}/{episode.GetProperty("id").GetString()}");
            await viewer.BeginAsync();
            await viewer.EndsAsync();
        }

        Assert.Empty(viewer.Violations);
    }

    private async Task<JsonElement> RunAsync(params string[] command)
    {
        var (exitCode, output, errors) = await new CliProcess(_films.Path, fixture.System.CommandLine).RunAsync(command);
        Assert.True(exitCode == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Chooses a rendition by its language.</summary>
    private static async Task ChooseAsync(Visitor viewer, string menu, string language)
    {
        // The button that switches subtitles on has the same name.
        var field = viewer.Page.Locator(".settings").GetByLabel(menu);
        var choice = field.Locator($"option[lang={language}]");
        await choice.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await field.SelectOptionAsync((await choice.GetAttributeAsync("value"))!);
    }

    /// <summary>Waits until the browser draws a cue's text over the picture, and none of others.</summary>
    private static async Task ShowsAsync(Visitor viewer, string? text, params string[] not)
    {
        // The browser's own elements: pages cannot see them, developers' tools can.
        var tools = await viewer.Page.Context.NewCDPSessionAsync(viewer.Page);
        var everything = new Dictionary<string, object>(StringComparer.Ordinal) { ["depth"] = -1, ["pierce"] = true };
        await Eventually.HoldsAsync(async () =>
        {
            var document = await tools.SendAsync("DOM.getDocument", everything);
            var drawn = TextsOf(document!.Value).ToHashSet(StringComparer.Ordinal);
            return (text is null || drawn.Contains(text)) && !drawn.Overlaps(not);
        }, Patience);
        await tools.DetachAsync();
    }

    private static IEnumerable<string> TextsOf(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => node.EnumerateObject().SelectMany(property =>
            property.NameEquals("nodeValue") ? [property.Value.GetString()!] : TextsOf(property.Value)),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(TextsOf),
        _ => [],
    };
}
