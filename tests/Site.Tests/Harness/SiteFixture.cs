using Microsoft.Playwright;
using MoviesNow.Cli.Tests.Packaging;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Site.Tests.Harness;

/// <summary>The whole system with content, and a browser.</summary>
public sealed class SiteFixture : IAsyncLifetime
{
    private const int Patience = 60_000;

    private readonly FilmSources _files = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal SiteSystem System { get; private set; } = null!;

    internal SiteContent Content { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        System = await SiteSystem.StartAsync();
        Content = new SiteContent(System, _files);
        await Content.PublishAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        var chromium = new BrowserTypeLaunchOptions { ExecutablePath = InstalledChromium.Find(), Args = InstalledChromium.Arguments };
        _browser = await _playwright.Chromium.LaunchAsync(chromium);
    }

    /// <summary>A browser of a visitor of their own, with nothing stored.</summary>
    /// <param name="country">Where a trusted proxy says that the visitor is; null when it does not say.</param>
    /// <param name="width">Width of the window in pixels.</param>
    /// <param name="colours">What the visitor's system prefers.</param>
    internal async Task<Visitor> VisitAsync(string? country = null, int width = 1280, ColorScheme colours = ColorScheme.Dark)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = System.Site.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = width < 600 ? 844 : 800 },
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
        });
        if (country is not null)
        {
            // Behind the browser, as a proxy does it: pages may not send such a header.
            await context.RouteAsync("**/moviesnow.*/**", route => route.ContinueAsync(new RouteContinueOptions
            {
                Headers = route.Request.Headers.Append(new(SiteSystem.CountryHeader, country)),
            }));
        }

        context.SetDefaultTimeout(Patience);
        return new Visitor(context, await context.NewPageAsync());
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (System is not null)
        {
            await System.DisposeAsync();
        }

        _files.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class SiteTestGroup : ICollectionFixture<SiteFixture>
{
    public const string Name = "site";
}
