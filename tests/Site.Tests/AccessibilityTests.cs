using System.Text.Json;
using Microsoft.Playwright;
using MoviesNow.Site.Tests.Harness;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using static Microsoft.Playwright.Assertions;

namespace MoviesNow.Site.Tests;

/// <summary>Every page in both colour schemes by axe-core, and on narrow and wide screens.</summary>
[Collection(SiteTestGroup.Name)]
public sealed class AccessibilityTests(SiteFixture fixture)
{
    private static readonly string[] Severe = ["serious", "critical"];

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_InBothSchemes_HaveNoSevereFindings(ColorScheme colours)
    {
        var axe = await File.ReadAllTextAsync(Path.Combine((await NodeFolder.InstallAsync("web")).Path, "node_modules/axe-core/axe.min.js"));
        await using var visitor = await fixture.VisitAsync(colours: colours);
        foreach (var (path, isThere) in Pages())
        {
            await visitor.GoAsync(path);
            await Expect(visitor.Page.Locator(isThere).First).ToBeVisibleAsync();

            await visitor.Page.EvaluateAsync(axe);
            var findings = await visitor.Page.EvaluateAsync<JsonElement>("axe.run().then(result => result.violations)");

            await visitor.ShowAsync($"{colours}{path.Replace('/', '-').Split('?')[0]}");
            Assert.Empty(findings.EnumerateArray().Where(IsSevere).Select(finding => $"{path}: {Describe(finding)}"));
        }
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1920)]
    public async Task Pages_NarrowAndWide_ScrollDownwardsOnly(int width)
    {
        await using var visitor = await fixture.VisitAsync(width: width);
        foreach (var (path, isThere) in Pages())
        {
            await visitor.GoAsync(path);
            await Expect(visitor.Page.Locator(isThere).First).ToBeVisibleAsync();

            var wide = await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");

            await visitor.ShowAsync($"{width}{path.Replace('/', '-').Split('?')[0]}");
            Assert.True(wide <= width, $"{path} is {wide} pixels wide on {width}");
        }
    }

    [Fact]
    public async Task Keyboard_FirstStop_LeadsToTheContent()
    {
        await using var visitor = await fixture.VisitAsync();
        await visitor.GoAsync("/");
        await visitor.Page.Locator("main .card").First.WaitForAsync();

        await visitor.PressAsync("Tab");
        await Expect(visitor.Page.GetByText("Skip to content")).ToBeFocusedAsync();
        await visitor.PressAsync("Enter");
        await visitor.PressAsync("Tab");

        Assert.True(await visitor.Page.EvaluateAsync<bool>("document.querySelector('main').contains(document.activeElement)"));
    }

    [Fact]
    public async Task Colours_Switched_StayAfterAReload()
    {
        await using var visitor = await fixture.VisitAsync(colours: ColorScheme.Dark);
        await visitor.GoAsync("/");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Change to light" }).ClickAsync();

        await visitor.Page.ReloadAsync();

        await Expect(visitor.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(250, 248, 245)");
    }

    [Fact]
    public async Task Ops_Administrator_SeesNowAndThenAsChartsAndTables()
    {
        var axe = await File.ReadAllTextAsync(Path.Combine((await NodeFolder.InstallAsync("web")).Path, "node_modules/axe-core/axe.min.js"));
        var film = await fixture.Content.WatchableAsync("Observed");
        await using var viewer = await fixture.VisitAsync();
        await viewer.PlayAsync(film.Id);
        await using var admin = await fixture.VisitAsync(width: 1440);
        await admin.GoAsync("/ops");
        await admin.SignInFromPromptAsync(Identity.Admin);

        await admin.Page.GetByLabel("Title").SelectOptionAsync("Observed");
        await Expect(admin.Page.Locator("#live-tiles")).ToContainTextAsync("Watching now1");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Measure again" }).ClickAsync();
        await Expect(admin.Page.Locator(".charts canvas")).ToHaveCountAsync(7);
        await Expect(admin.Page.Locator("canvas")).ToHaveCountAsync(8);
        await admin.Page.EvaluateAsync("scrollTo(0, 0)");
        await admin.ShowAsync("ops");
        await admin.Page.Locator(".charts summary", new() { HasText = "of Sessions" }).ClickAsync();

        await Expect(admin.Page.GetByRole(AriaRole.Table).Filter(new() { HasText = "With a picture" })).ToContainTextAsync("1");
        await admin.Page.EvaluateAsync(axe);
        var findings = await admin.Page.EvaluateAsync<JsonElement>("axe.run().then(result => result.violations)");
        Assert.Empty(findings.EnumerateArray().Where(IsSevere).Select(Describe));
        await admin.Page.SetViewportSizeAsync(390, 844);
        Assert.True(await admin.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
        Assert.Empty(admin.Violations);
    }

    [Fact]
    public async Task Ops_Viewer_IsToldThatItIsForAdministrators()
    {
        await using var visitor = await fixture.VisitAsync();
        await visitor.GoAsync("/ops");
        await visitor.SignInFromPromptAsync(Identity.Viewer);

        await Expect(visitor.Page.GetByRole(AriaRole.Alert).First).ToHaveAttributeAsync("data-reason", "ADMIN_REQUIRED");
    }

    [Fact]
    public async Task Screens_ForTheDocumentation_AreComplete()
    {
        await using var visitor = await fixture.VisitAsync(width: 1440);
        await visitor.GoAsync("/");
        await Expect(visitor.Page.Locator("main img").First).ToHaveJSPropertyAsync("complete", true);
        await visitor.ShowAsync("home");
        await visitor.GoAsync($"/title/{fixture.Content.Series.Id}");
        await Expect(visitor.Page.Locator(".episode img")).ToHaveJSPropertyAsync("naturalWidth", 640);
        await visitor.ShowAsync("title");
        await visitor.GoAsync($"/title/{fixture.Content.Series.Id}/downloads");
        await Expect(visitor.Page.Locator(".download")).ToBeVisibleAsync();
        await visitor.ShowAsync("downloads");
    }

    private (string Path, string IsThere)[] Pages() =>
    [
        ("/", "main .grid .card"),
        ("/?q=harbour", "main .grid .card"),
        ("/?q=zzzzzz", ".panel"),
        ($"/title/{fixture.Content.Film.Id}", ".hero"),
        ($"/title/{fixture.Content.Series.Id}", ".episode"),
        ($"/title/{fixture.Content.Series.Id}/downloads", ".download"),
        ($"/watch/{fixture.Content.Film.Id}", ".player h1"),
        ("/ops", "main .panel"),
        ("/nowhere", ".panel"),
    ];

    private static bool IsSevere(JsonElement finding) => Severe.Contains(finding.GetProperty("impact").GetString());

    private static string Describe(JsonElement finding)
    {
        var nodes = finding.GetProperty("nodes").EnumerateArray().Take(3).Select(node => node.GetProperty("html").ToString());
        return $"{finding.GetProperty("id")} {string.Join(" | ", nodes)}";
    }
}
