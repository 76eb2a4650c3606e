using Microsoft.Playwright;
using MoviesNow.Site.Tests.Harness;
using MoviesNow.Telemetry.V1;
using static Microsoft.Playwright.Assertions;

namespace MoviesNow.Site.Tests;

/// <summary>What a visitor finds, and what they are told when there is nothing or nobody answers.</summary>
[Collection(SiteTestGroup.Name)]
public sealed class BrowseTests(SiteFixture fixture)
{
    [Fact]
    public async Task Home_MoreTitlesThanAPage_ShowsThemPageByPage()
    {
        await using var visitor = await fixture.VisitAsync();
        var scripts = new List<string>();
        visitor.Page.Request += (_, request) => scripts.Add(request.Url);
        await visitor.GoAsync("/");
        var cards = visitor.Page.Locator("main .grid .card");
        await Expect(cards).ToHaveCountAsync(24);

        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();

        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "West of Here" })).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Show more" })).ToHaveCountAsync(0);
        // Players and charts are loaded where they are used.
        Assert.DoesNotContain(scripts, url => url.Contains("/assets/hls-", StringComparison.Ordinal) || url.Contains("/assets/ops-", StringComparison.Ordinal));
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task Search_WordsOfAName_FindsTheSeriesAndItsEpisodes()
    {
        await using var visitor = await fixture.VisitAsync();
        await visitor.GoAsync("/");
        await visitor.Page.GetByRole(AriaRole.Searchbox).FillAsync("harbour");
        await visitor.PressAsync("Enter");

        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Harbour Lights" }).ClickAsync();

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Harbour Lights");
        await Expect(visitor.Page.Locator(".episode")).ToHaveCountAsync(3);
        // The pictures come through the CDN.
        await Expect(visitor.Page.Locator(".episode img")).ToHaveJSPropertyAsync("naturalWidth", 640);
        await Expect(visitor.Page.Locator(".hero-poster img")).ToHaveJSPropertyAsync("naturalWidth", 400);
        await visitor.Page.GoBackAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Results for “harbour”");
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task Search_NothingFits_SaysSo()
    {
        await using var visitor = await fixture.VisitAsync();

        await visitor.GoAsync("/?q=zzzzzzzzzz");

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Nothing found" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Home_CatalogueAway_SaysSoAndTriesAgain()
    {
        await using var visitor = await fixture.VisitAsync();
        fixture.System.CutCatalog();
        try
        {
            await visitor.GoAsync("/");
            await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The service does not answer");
        }
        finally
        {
            fixture.System.RestoreCatalog();
        }

        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Expect(visitor.Page.Locator("main .grid .card").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Title_ViewerElsewhere_IsToldThatItIsNotAvailableThereAndOnlyTheOtherPlays()
    {
        var address = $"/title/{fixture.Content.German.Id}";
        await using var german = await fixture.VisitAsync("DE");
        await using var polish = await fixture.VisitAsync("PL");

        await german.GoAsync(address);
        await polish.GoAsync(address);

        await Expect(german.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Nordlicht");
        await Expect(german.Page.GetByText("Nordlicht über Sylt")).ToHaveAttributeAsync("lang", "de");
        await Expect(polish.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not available in your country");

        await polish.GoAsync($"/watch/{fixture.Content.German.Id}");
        await polish.BeginAsync();
        await Expect(polish.Page.Locator(".player-failure")).ToContainTextAsync("not available in your country");
        var told = new Told(fixture.System, fixture.Content.German.Id);
        var (refused, refusals) = await told.SessionAsync(events => events.Length > 0);
        Assert.Equal(("PL", SessionState.Aborted, SessionEndReason.Error), (refused.Client.Country, refused.State, refused.EndReason));

        await german.PlayAsync(fixture.Content.German.Id);
        await german.PressAsync("9");
        await german.EndsAsync();

        var (session, events) = await told.SessionAsync(events => events.Any(one => one.Type is EventType.Complete));
        Assert.Equal(("DE", SessionEndReason.Completed), (session.Client.Country, session.EndReason));
        Assert.Equal((2, refusals.Length + events.Length, 0), await told.CountAsync());
    }
}
