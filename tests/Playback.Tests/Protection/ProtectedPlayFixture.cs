using Microsoft.Playwright;
using MoviesNow.Playback.Tests.Harness;
using MoviesNow.Playback.Tests.Playing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Playback.Tests.Protection;

/// <summary>The protected system with a ladder, and a headless Chromium.</summary>
public sealed class ProtectedPlayFixture : IAsyncLifetime
{
    private const int Patience = 60_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("moviesnow-protected-ladder-");
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal ProtectedSystem System { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Players.BuiltAsync();
        var ladder = new Ladder(_folder.FullName);
        await ladder.MakeAsync();
        System = await ProtectedSystem.StartAsync(ladder);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = InstalledChromium.Find(),
            Args = [.. InstalledChromium.Arguments, "--autoplay-policy=no-user-gesture-required"],
        });
    }

    public async Task<IPage> OpenAsync()
    {
        var page = await _browser!.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 780 } });
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(System.Page);
        return page;
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

        _folder.Delete(recursive: true);
    }
}
