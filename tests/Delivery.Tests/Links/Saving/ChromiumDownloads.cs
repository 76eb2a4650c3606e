using Microsoft.Playwright;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Links.Saving;

/// <summary>A browser that saves downloads as it does for people: under the name that it chooses, in the folder that it is told.</summary>
public sealed class ChromiumDownloads : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = InstalledChromium.Find(), Args = InstalledChromium.Arguments });
    }

    /// <summary>Downloads a file, and gives the name of the one that is in the folder then.</summary>
    public async Task<string> SaveAsync(string url, string folder)
    {
        var page = await _browser!.NewPageAsync();
        var target = await (await page.Context.NewCDPSessionAsync(page)).SendAsync("Target.getTargetInfo");
        var session = await _browser.NewBrowserCDPSessionAsync();
        await session.SendAsync("Browser.setDownloadBehavior", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["behavior"] = "allow",
            ["downloadPath"] = folder,
            ["browserContextId"] = target!.Value.GetProperty("targetInfo").GetProperty("browserContextId").GetString()!,
            ["eventsEnabled"] = true,
        });
        using var watcher = new FileSystemWatcher(folder) { EnableRaisingEvents = true };
        var saved = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        void See(object sender, FileSystemEventArgs args)
        {
            if (!args.Name!.EndsWith(".crdownload", StringComparison.Ordinal) && !args.Name.StartsWith(".com.google", StringComparison.Ordinal))
            {
                saved.TrySetResult(args.Name);
            }
        }

        watcher.Created += See;
        watcher.Renamed += See;
        await page.EvaluateAsync("url => { location.href = url; }", url);
        var name = await saved.Task.WaitAsync(Limit);
        await page.CloseAsync();
        return name;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
