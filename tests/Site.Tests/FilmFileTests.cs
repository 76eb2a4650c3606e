using System.Text.Json;
using Microsoft.Playwright;
using MoviesNow.Cli.Tests.Packaging;
using MoviesNow.Site.Tests.Harness;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using static Microsoft.Playwright.Assertions;

namespace MoviesNow.Site.Tests;

/// <summary>From a film file and its subtitles, by the command line, to what a viewer chooses, sees and hears.</summary>
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
        var packaged = await fixture.Content.RunAsync(
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
