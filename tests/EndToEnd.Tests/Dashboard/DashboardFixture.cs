using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.EndToEnd.Tests.Dashboard;

/// <summary>A running AppHost after its demo, and a headless Chromium that has logged in to its dashboard.</summary>
public sealed partial class DashboardFixture : IAsyncLifetime
{
    private const int Patience = 120_000;

    private readonly HomeDirectory _home = new();
    private AppHostProcess? _appHost;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where pictures for the documentation go; null when none are taken.</summary>
    public static string? Pictures { get; } = Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } directory ? directory : null;

    /// <summary>Where the AppHost says that its user logs in.</summary>
    public string LoginUrl { get; private set; } = "";

    /// <summary>The dashboard without a path.</summary>
    public string Address => LoginUrl[..LoginUrl.IndexOf("/login", StringComparison.Ordinal)];

    public async Task InitializeAsync()
    {
        // Pictures show the site too, which is built from npm.
        _appHost = AppHostProcess.Start([_home.Argument, .. Pictures is null ? [] : (string[])["--Site=web"]]);
        await _appHost.ReadyAsync();
        LoginUrl = LoginPattern().Match(_appHost.Output).Value;
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = InstalledChromium.Find(), Args = InstalledChromium.Arguments });
    }

    /// <summary>A page of a browser that is not logged in.</summary>
    public async Task<IPage> OpenAsStrangerAsync(string path)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1500, Height = 1000 } });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(Address + path);
        return page;
    }

    /// <summary>A page of a browser that has logged in with the token.</summary>
    public async Task<IPage> OpenAsync(string path)
    {
        var page = await OpenAsStrangerAsync(LoginUrl[Address.Length..]);
        await page.GotoAsync(Address + path);
        return page;
    }

    /// <summary>Keeps what a page shows, for the documentation, when the variable <c>SCREENSHOTS</c> names a directory.</summary>
    public static async Task ShowAsync(IPage page, string name)
    {
        if (Pictures is { } directory)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(directory, $"{name}.png"),
                // Where things are on this machine is nobody's business.
                Mask = [page.GetByText(new Regex("/(tmp|root|home)/"))],
                MaskColor = "#f7f7f7",
            });
        }
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_appHost is not null)
        {
            var children = _appHost.Children;
            await _appHost.EndAsync("INT");
            await AppHostProcess.GoneAsync(children);
            _appHost.Dispose();
        }

        _home.Dispose();
    }

    [GeneratedRegex(@"http://localhost:\d+/login\?t=\w+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex LoginPattern();
}
