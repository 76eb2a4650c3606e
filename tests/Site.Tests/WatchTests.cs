using Microsoft.Playwright;
using MoviesNow.Site.Tests.Harness;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using static Microsoft.Playwright.Assertions;

namespace MoviesNow.Site.Tests;

/// <summary>From a film file, by the command line, the bucket and nginx, to what a viewer sees, and what Telemetry has of it.</summary>
[Collection(SiteTestGroup.Name)]
public sealed class WatchTests(SiteFixture fixture)
{
    [Fact]
    public async Task Watch_SeekPauseAndOtherTierInAnEpisode_PlaysOnAndTelemetryKnows()
    {
        var episode = fixture.Content.Episodes[0];
        await using var viewer = await fixture.VisitAsync();
        await viewer.PlayAsync(episode.TitleId);
        Assert.EndsWith($"/watch/{episode.TitleId}/{episode.Id}", viewer.Page.Url, StringComparison.Ordinal);

        await viewer.PressAsync("k");
        await Expect(viewer.Video).ToHaveJSPropertyAsync("paused", true);
        await viewer.PressAsync("k");
        await viewer.PlaysAtAsync(0.5);
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await viewer.Page.GetByLabel("Quality").SelectOptionAsync("1080p");
        await viewer.Page.WaitForFunctionAsync("() => document.querySelector('video').videoHeight === 1080");
        await Expect(viewer.Page.GetByLabel("Audio").Locator("option[lang=de]")).ToHaveCountAsync(1);
        await viewer.ShowAsync("watch");
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        var before = await viewer.PositionAsync();
        await viewer.PressAsync("5");
        await viewer.PlaysAtAsync(6);
        await viewer.PressAsync("9");
        await viewer.EndsAsync();

        var told = new Told(fixture.System, episode.TitleId, episode.Id);
        var (session, events) = await told.SessionAsync(events => events.Any(one => one.Type is EventType.Complete));
        Assert.Equal((SessionState.Ended, SessionEndReason.Completed, ""), (session.State, session.EndReason, session.Viewer));
        Assert.Equal(("web", "moviesnow-site"), (session.Client.Device, session.Client.AppName));
        Assert.Equal(EventType.Play, events[0].Type);
        Assert.Equal(Enumerable.Range(1, events.Length).Select(number => (long)number), events.Select(one => one.Sequence));
        Assert.Equal(
            [EventType.Pause, EventType.Resume, EventType.Seek, EventType.Complete],
            events.Select(one => one.Type).Where(type => type is EventType.Pause or EventType.Resume or EventType.Seek or EventType.Complete).Distinct());
        // On a slow machine it is past the middle by then, and both seeks may be one.
        if (before < 5)
        {
            var seeks = events.Where(one => one.Type is EventType.Seek).ToArray();
            Assert.Equal(2, seeks.Length);
            Assert.InRange(seeks[0].PositionMs, 5_900, 6_300);
            Assert.InRange(seeks[0].FromPositionMs, (long)(before * 1_000) - 1_000, 6_000);
        }

        var best = Assert.Single((await fixture.Content.PlaybackOfAsync(episode)).Variants, variant => variant.Height == 1080);
        Assert.Contains(events, one => one.Type is EventType.QualityChange && one.VariantId == best.Id && one.BitrateBps > 0);
        Assert.DoesNotContain(events, one => one.IsFatal);
        Assert.InRange(session.Measures.WatchTimeMs, 1_000, 12_500);
        Assert.Equal((1, events.Length, 0), await told.CountAsync());
        Assert.Empty(viewer.Violations);
    }

    [Fact]
    public async Task Watch_OtherEpisodesOfTheSeason_PlayToTheirEnds()
    {
        await using var viewer = await fixture.VisitAsync();

        foreach (var episode in fixture.Content.Episodes.Skip(1))
        {
            await viewer.GoAsync($"/watch/{episode.TitleId}/{episode.Id}");
            await viewer.BeginAsync();
            await viewer.EndsAsync();

            var told = new Told(fixture.System, episode.TitleId, episode.Id);
            var (session, events) = await told.SessionAsync(events => events.Any(one => one.Type is EventType.Complete));
            Assert.Equal((SessionState.Ended, SessionEndReason.Completed), (session.State, session.EndReason));
            Assert.Equal((1, events.Length, 0), await told.CountAsync());
        }

        Assert.Empty(viewer.Violations);
    }

    [Fact]
    public async Task Watch_GrantRenewed_ReadsTheRestWithTheNewOne()
    {
        var film = await fixture.Content.WatchableAsync("Renewed");
        await using var viewer = await fixture.VisitAsync();
        var media = new List<string>();
        viewer.Page.Request += (_, request) =>
        {
            if (request.Url.StartsWith(fixture.System.Cdn.ToString(), StringComparison.Ordinal) && request.Url.Contains(".m4s", StringComparison.Ordinal))
            {
                lock (media)
                {
                    media.Add(new Uri(request.Url).Segments[1]);
                }
            }
        };
        var renewal = viewer.Page.WaitForResponseAsync(response => response.Url.EndsWith("/RenewPlayback", StringComparison.Ordinal));
        await viewer.PlayAndPauseAsync(film.Id);
        await renewal;
        await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();

        // What is buffered goes, so that there is something to read: twice, for the tier may have been the one that is chosen. What is on its way
        // when a tier is chosen is played, so each choice waits for what the one before asked for.
        await viewer.PressAsync("1");
        await BufferedAsync();
        await viewer.Page.RunAndWaitForRequestFinishedAsync(
            () => viewer.Page.GetByLabel("Quality").SelectOptionAsync("480p"),
            new() { Predicate = request => request.Url.Contains(".m4s", StringComparison.Ordinal) });
        await BufferedAsync();
        await viewer.Page.GetByLabel("Quality").SelectOptionAsync("1080p");
        await viewer.PressAsync("k");
        await viewer.Page.WaitForFunctionAsync("() => document.querySelector('video').videoHeight === 1080");
        await viewer.EndsAsync();

        Assert.True(media.Distinct(StringComparer.Ordinal).Count() >= 2, "all was read with one grant");
        await Expect(viewer.Page.Locator(".player-failure")).ToHaveCountAsync(0);

        Task BufferedAsync() => viewer.Page.WaitForFunctionAsync("""
            () => { const video = document.querySelector('video'); return video.buffered.length === 1 && video.buffered.end(0) > video.duration - 0.5; }
            """);
    }

    [Fact]
    public async Task Watch_TelemetryKilled_PlaysOnAndTellsLater()
    {
        var film = await fixture.Content.WatchableAsync("Unheard");
        var told = new Told(fixture.System, film.Id);
        await using var viewer = await fixture.VisitAsync();
        await viewer.PlayAndPauseAsync(film.Id);
        var (_, before) = await told.SessionAsync(events => events.Any(one => one.Type is EventType.Pause));

        await fixture.System.KillTelemetryAsync();
        try
        {
            await viewer.PressAsync("k");
            await viewer.PressAsync("8");
            await viewer.EndsAsync();
            await Expect(viewer.Page.Locator(".player-failure")).ToHaveCountAsync(0);
            // What was not heard outlives the page.
            await viewer.GoAsync("/");
        }
        finally
        {
            fixture.System.StartTelemetry();
        }

        var (session, events) = await told.SessionAsync(events => events.Any(one => one.Type is EventType.Complete));
        Assert.Equal((SessionState.Ended, SessionEndReason.Completed), (session.State, session.EndReason));
        Assert.True(events.Length > before.Length, "nothing was told after the service had come back");
        Assert.Equal(Enumerable.Range(1, events.Length).Select(number => (long)number), events.Select(one => one.Sequence));
        Assert.Equal((1, events.Length, 0), await told.CountAsync());
    }

    [Fact]
    public async Task Watch_PageLeftAndLoadedAgain_IsOneSessionThatEndsAndGoesOn()
    {
        var film = await fixture.Content.WatchableAsync("Reloaded");
        var told = new Told(fixture.System, film.Id);
        await using var viewer = await fixture.VisitAsync();
        await viewer.PlayAndPauseAsync(film.Id);
        await told.SessionAsync(events => events.Length > 0);

        await viewer.Page.ReloadAsync();
        await viewer.BeginAsync();
        await viewer.PlaysAtAsync(0.5);
        await viewer.PauseAsync();
        await told.SessionAsync(events => events.Count(one => one.Type is EventType.Play) == 2);
        // The last word is sent by a request that outlives the page.
        await viewer.Page.CloseAsync();

        var (session, events) = await told.SessionAsync(events => events.Count(one => one.Type is EventType.Complete) == 2);
        Assert.Equal((SessionState.Ended, SessionEndReason.UserExit), (session.State, session.EndReason));
        Assert.Equal((1, events.Length, 0), await told.CountAsync());
    }

    [Fact]
    public async Task Home_FilmThatWasBegun_IsGoneOnWith()
    {
        var film = await fixture.Content.WatchableAsync("Begun");
        await using var anonymous = await fixture.VisitAsync();
        await using var signedIn = await fixture.VisitAsync();
        await signedIn.GoAsync("/");
        await signedIn.SignInAsync(new Identity("somebody@test", [], []));
        foreach (var viewer in (Visitor[])[anonymous, signedIn])
        {
            await viewer.PlayAndPauseAsync(film.Id);
            await viewer.PressAsync("6");
            await viewer.Page.WaitForFunctionAsync("() => { const video = document.querySelector('video'); return !video.seeking && video.currentTime > 7; }");
            await viewer.Page.GetByRole(AriaRole.Link, new() { Name = "Back to" }).ClickAsync();
        }

        foreach (var viewer in (Visitor[])[anonymous, signedIn])
        {
            var row = viewer.Page.Locator("section", new() { HasText = "Continue watching" });
            // Telemetry knows when the events have arrived.
            await Eventually.HoldsAsync(async () =>
            {
                await viewer.GoAsync("/");
                await viewer.Page.Locator("main .grid .card").First.WaitForAsync();
                return await row.GetByRole(AriaRole.Link, new() { Name = "Begun" }).CountAsync() == 1;
            });
            await row.GetByRole(AriaRole.Link, new() { Name = "Begun" }).ClickAsync();
            await viewer.PlaysAtAsync(4);
            Assert.True(await viewer.PositionAsync() < 11, "it did not go on where it was stopped");
        }
    }

    [Fact]
    public async Task Watch_EncryptedFilm_PlayerLearnsOfTheSystemAndSaysSo()
    {
        await using var viewer = await fixture.VisitAsync();
        await viewer.GoAsync($"/title/{fixture.Content.Encrypted.Id}");

        await viewer.Page.GetByRole(AriaRole.Link, new() { Name = "Play" }).ClickAsync();

        await Expect(viewer.Page.Locator(".player-failure")).ToHaveAttributeAsync("data-encryption", "Widevine");
        await Expect(viewer.Page.Locator(".player-failure")).ToContainTextAsync("encrypted");
        var told = new Told(fixture.System, fixture.Content.Encrypted.Id);
        var (session, events) = await told.SessionAsync(events => events.Length > 0);
        Assert.Equal("DRM_NOT_SUPPORTED", Assert.Single(events).ErrorCode);
        Assert.Equal((SessionState.Aborted, SessionEndReason.Error), (session.State, session.EndReason));
        Assert.Equal((1, 1, 0), await told.CountAsync());
    }
}
