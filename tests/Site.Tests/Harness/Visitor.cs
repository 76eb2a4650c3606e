using Microsoft.Playwright;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Site.Tests.Harness;

/// <summary>Somebody with a browser. What the site reports as an error there is kept.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _violations = [];

    public Visitor(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) => Note(message.Text);
        page.PageError += (_, error) => _violations.Add(error);
    }

    public IPage Page { get; }

    public ILocator Video => Page.Locator("video");

    /// <summary>What broke in the site's code, or was against its Content-Security-Policy.</summary>
    public IReadOnlyList<string> Violations => _violations;

    public Task GoAsync(string path) => Page.GotoAsync(path);

    public async Task SignInAsync(Identity identity)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).First.ClickAsync();
        await SignInFromPromptAsync(identity);
    }

    /// <summary>Signs in where the page has asked for it by itself.</summary>
    public async Task SignInFromPromptAsync(Identity identity)
    {
        await Page.GetByLabel("Access token").FillAsync(identity.Token());
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).WaitForAsync();
    }

    /// <summary>Opens a title and plays it, as a viewer does: sound asks for a click.</summary>
    public async Task PlayAsync(string titleId)
    {
        await GoAsync($"/title/{titleId}");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Play" }).ClickAsync();
        await PlaysAtAsync(0.5);
    }

    /// <summary>Plays a title and pauses it near its beginning, so that what follows may take any time.</summary>
    public async Task PlayAndPauseAsync(string titleId)
    {
        await PlayAsync(titleId);
        await PauseAsync();
    }

    public async Task PauseAsync()
    {
        await PressAsync("k");
        await Assertions.Expect(Video).ToHaveJSPropertyAsync("paused", true);
    }

    /// <summary>Saves what the page's button Download gives.</summary>
    public Task<IDownload> DownloadAsync() => Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());

    /// <summary>Clicks where a page that was opened by its address asks for it before it plays.</summary>
    public async Task BeginAsync()
    {
        await Page.Locator(".big-play, .controls, .player-failure").First.WaitForAsync();
        if (await Page.Locator(".big-play").CountAsync() > 0)
        {
            await Page.Locator(".big-play").ClickAsync();
        }
    }

    /// <summary>Waits until it plays at a position or beyond, in seconds.</summary>
    public Task PlaysAtAsync(double seconds) => Page.WaitForFunctionAsync("""
        seconds => {
          const video = document.querySelector('video');
          return video && !video.paused && !video.seeking && video.readyState > 2 && video.currentTime >= seconds;
        }
        """, seconds);

    /// <summary>Waits until it has played to the end.</summary>
    public Task EndsAsync() => Page.WaitForFunctionAsync("() => document.querySelector('video').ended");

    public Task<double> PositionAsync() => Video.EvaluateAsync<double>("video => video.currentTime");

    public Task PressAsync(string key) => Page.Keyboard.PressAsync(key);

    /// <summary>Keeps what the page shows, for the documentation, when the variable <c>SCREENSHOTS</c> names a directory.</summary>
    public async Task ShowAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } directory)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, $"{name}.png") });
        }
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private void Note(string text)
    {
        if (text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
        {
            _violations.Add(text);
        }
    }
}
