using Microsoft.Playwright;
using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Playback.Tests.Harness;

namespace MoviesNow.Playback.Tests.Playing;

/// <summary>A ladder in the bucket, its playlist from rows, and a headless Chromium.</summary>
public sealed class PlayFixture : IAsyncLifetime
{
    private const int Patience = 60_000;

    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--no-first-run", "--no-proxy-server", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("moviesnow-ladder-");
    private Edge? _edge;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal Ladder Ladder { get; private set; } = null!;

    /// <summary>Where the playlist is.</summary>
    public string Playlist => $"{_edge!.Address}/media/{PlaylistRows.Folder}index.m3u8";

    public async Task InitializeAsync()
    {
        await Players.BuiltAsync();
        Ladder = new Ladder(_folder.FullName);
        await Ladder.MakeAsync();
        _edge = await Edge.StartAsync();
        await _edge.PutFolderAsync(_folder.FullName, PlaylistRows.Folder);
        await _edge.ServeAsync($"{PlaylistRows.Folder}index.m3u8", MultivariantPlaylist.Write(Ladder.Rows()));
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium(), Args = Arguments });
    }

    /// <summary>Where the bucket is served.</summary>
    public string Address => _edge!.Address;

    public Task<IPage> OpenAsync() => OpenAsync(_edge!.Address);

    /// <summary>Opens a page.</summary>
    public async Task<IPage> OpenAsync(string address)
    {
        var page = await _browser!.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 780 } });
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(address);
        return page;
    }

    /// <summary>Adds a folder of files to the ladder's.</summary>
    public Task AddAsync(string folder, string name) => _edge!.PutFolderAsync(folder, $"{PlaylistRows.Folder}{name}/");

    /// <summary>Keeps what a page shows, for the documentation, when the variable <c>SCREENSHOTS</c> names a directory.</summary>
    public static async Task ShowAsync(IPage page, string name)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } directory)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, $"{name}.png") });
        }
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static string Chromium()
    {
        var named = Environment.GetEnvironmentVariable("CHROMIUM");
        return (string.IsNullOrEmpty(named) ? Places.FirstOrDefault(File.Exists) : named)
            ?? throw new InvalidOperationException("Chromium is not installed. Install it with: sudo apt-get install chromium (or name the program in CHROMIUM).");
    }
}
