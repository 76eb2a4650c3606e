using System.Diagnostics;
using System.Text.Json;

namespace MoviesNow.Browser.Tests.Harness;

/// <summary>A headless Chromium with a profile of its own.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
    ];

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly DevTools _tools;

    private Chromium(Process process, DirectoryInfo profile, DevTools tools) => (_process, _profile, _tools) = (process, profile, tools);

    public static async Task<Chromium> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("moviesnow-chromium-");
        var process = Process.Start(new ProcessStartInfo(Find(), [.. Arguments, $"--user-data-dir={profile.FullName}", "about:blank"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            const string Announcement = "DevTools listening on ";
            if (line.Data is null)
            {
                address.TrySetException(new InvalidOperationException("Chromium ended at its start."));
            }
            else if (line.Data.StartsWith(Announcement, StringComparison.Ordinal))
            {
                address.TrySetResult(new Uri(line.Data[Announcement.Length..]));
            }
        };
        process.BeginErrorReadLine();
        return new Chromium(process, profile, await DevTools.ConnectAsync(await address.Task.WaitAsync(StartTimeout)));
    }

    /// <summary>Opens a page in a tab of its own and waits until it has loaded.</summary>
    public async Task<Page> OpenAsync(string address)
    {
        var target = await _tools.SendAsync("Target.createTarget", new { url = "about:blank" });
        var session = await _tools.SendAsync("Target.attachToTarget", new { targetId = target.GetProperty("targetId").GetString(), flatten = true });
        var page = new Page(_tools, session.GetProperty("sessionId").GetString()!);
        await page.LoadAsync(address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A helper of the browser may still write its last bytes; the directory is a temporary one.
        }
    }

    private static string Find()
    {
        var named = Environment.GetEnvironmentVariable("CHROMIUM");
        return (string.IsNullOrEmpty(named) ? Places.FirstOrDefault(File.Exists) : named)
            ?? throw new InvalidOperationException("Chromium is not installed. Install it with: sudo apt-get install chromium (or name the program in CHROMIUM).");
    }
}

/// <summary>A loaded page.</summary>
public sealed class Page(DevTools tools, string session)
{
    /// <summary>Calls a function of the page with JSON arguments and waits for what it promises.</summary>
    public async Task<JsonElement> CallAsync(string function, params object[] arguments)
    {
        var expression = $"{function}(...{JsonSerializer.Serialize(arguments, JsonSerializerOptions.Web)})";
        var answer = await tools.SendAsync("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true }, session);
        if (answer.TryGetProperty("exceptionDetails", out var failure))
        {
            throw new InvalidOperationException($"{function} failed in the page: {failure}");
        }

        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    internal async Task LoadAsync(string address)
    {
        await tools.SendAsync("Page.enable", new { }, session);
        var loaded = tools.NextAsync("Page.loadEventFired", session);
        await tools.SendAsync("Page.navigate", new { url = address }, session);
        await loaded;
    }
}
