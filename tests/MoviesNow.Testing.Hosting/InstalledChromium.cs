namespace MoviesNow.Testing.Hosting;

/// <summary>The Chromium of this machine, for Playwright to start.</summary>
public static class InstalledChromium
{
    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

    /// <summary>For a browser that runs as root and talks to nobody but the tests.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>The program that the variable <c>CHROMIUM</c> names, else the one in its usual place.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string Find()
    {
        var named = Environment.GetEnvironmentVariable("CHROMIUM");
        return (string.IsNullOrEmpty(named) ? Places.FirstOrDefault(File.Exists) : named)
            ?? throw new InvalidOperationException("Chromium is not installed. Install it with: sudo apt-get install chromium (or name the program in CHROMIUM).");
    }
}
