using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MoviesNow.Site.Tests.Harness;
using MoviesNow.Telemetry.V1;
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
        // It goes on for as long as the administrator looks.
        await viewer.Video.EvaluateAsync("video => { video.loop = true; }");
        await using var admin = await fixture.VisitAsync(width: 1440);
        await admin.GoAsync("/ops");
        await admin.SignInFromPromptAsync(Identity.Admin);

        await ChooseTitleAsync(admin, "serve", "Observed");
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
    public async Task Ops_ATimeOfOnesOwn_IsMeasuredAndItsMistakesAreSaid()
    {
        await using var admin = await fixture.VisitAsync(width: 1440);
        await admin.GoAsync("/ops");
        await admin.SignInFromPromptAsync(Identity.Admin);
        var asked = new List<GetQoeRequest>();
        admin.Page.Request += (_, request) =>
        {
            if (request.Method is "POST" && request.Url.EndsWith("/GetQoe", StringComparison.Ordinal))
            {
                lock (asked)
                {
                    // A frame of gRPC-Web: a flag, the length, the message.
                    asked.Add(GetQoeRequest.Parser.ParseFrom(request.PostDataBuffer.AsSpan(5)));
                }
            }
        };
        var day = DateTime.Now.Date.AddDays(-40);
        await Field(admin, "Time").SelectOptionAsync("From … until …");

        await Field(admin, "From").FillAsync(Local(day.AddHours(10)));
        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("31 days apart at most");
        await Field(admin, "Until").FillAsync(Local(day));
        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("later than from");
        await Field(admin, "Until").FillAsync(Local(day.AddDays(2).AddHours(11.5)));

        // Two days by hours.
        await Expect(Field(admin, "By")).ToHaveValueAsync("3600000");
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Nobody watched" })).ToBeVisibleAsync();
        var last = asked[^1];
        Assert.Equal(TimeSpan.FromHours(1), last.Bucket.ToTimeSpan());
        Assert.Equal(day.AddHours(10), last.From.ToDateTimeOffset().LocalDateTime);
        Assert.Equal(day.AddDays(2).AddHours(12), last.Until.ToDateTimeOffset().LocalDateTime);
        Assert.Empty(admin.Violations);
    }

    [Fact]
    public async Task Ops_TitleField_FindsByAPartOfTheNameAndByTheKeyboard()
    {
        await using var admin = await fixture.VisitAsync();
        await admin.GoAsync("/ops");
        await admin.SignInFromPromptAsync(Identity.Admin);
        var field = admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "Title" });
        var found = admin.Page.GetByRole(AriaRole.Listbox, new() { Name = "Found" }).GetByRole(AriaRole.Option);

        await field.FillAsync("lighthouse");
        await Expect(found).ToHaveCountAsync(1);
        await admin.PressAsync("ArrowDown");
        await Expect(found).ToHaveAttributeAsync("aria-selected", "true");
        await admin.PressAsync("Enter");
        await Expect(field).ToHaveValueAsync("The Lighthouse Keeper");
        await field.FillAsync("no such name");
        await Expect(admin.Page.GetByText("No title has such a name")).ToBeVisibleAsync();
        await admin.PressAsync("Tab");

        // What was not chosen is no filter.
        await Expect(field).ToHaveValueAsync("The Lighthouse Keeper");
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

    /// <summary>Chooses a title on the page of operations by a part of its name.</summary>
    private static async Task ChooseTitleAsync(Visitor admin, string part, string name)
    {
        await admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "Title" }).FillAsync(part);
        await admin.Page.GetByRole(AriaRole.Option, new() { Name = name }).ClickAsync();
    }

    /// <summary>A field of the filters, by the name above it.</summary>
    private static ILocator Field(Visitor admin, string name)
    {
        var begin = new Regex($"^{name}", RegexOptions.None, TimeSpan.FromSeconds(1));
        return admin.Page.Locator(".filters .field").Filter(new() { HasTextRegex = begin }).Locator("select, input");
    }

    private static string Local(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);

    private static bool IsSevere(JsonElement finding) => Severe.Contains(finding.GetProperty("impact").GetString());

    private static string Describe(JsonElement finding)
    {
        var nodes = finding.GetProperty("nodes").EnumerateArray().Take(3).Select(node => node.GetProperty("html").ToString());
        return $"{finding.GetProperty("id")} {string.Join(" | ", nodes)}";
    }
}
