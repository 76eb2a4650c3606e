using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MoviesNow.Testing;

namespace MoviesNow.Site.Tests.Harness;

/// <summary>The site, built and served as the AppHost does it.</summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private SiteProcess(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        _errors = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
    }

    public Uri Address { get; }

    /// <summary>Builds the site and its client package. Needs Node.js 20 or later.</summary>
    public static async Task<NodeFolder> BuildAsync()
    {
        await NodeFolder.InstallAsync("clients/typescript");
        var site = await NodeFolder.InstallAsync("web");
        await site.RunAsync("npm", "run", "--silent", "build");
        return site;
    }

    /// <summary>Serves the built site, with addresses of services as the variables <c>MOVIESNOW_…_URL</c>.</summary>
    public static async Task<SiteProcess> ServeAsync(NodeFolder site, IReadOnlyDictionary<string, string> addresses)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("npm", ["run", "--silent", "serve", "--", "--port", port.ToString(CultureInfo.InvariantCulture), "--strictPort"])
        {
            WorkingDirectory = site.Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in addresses)
        {
            start.Environment[name] = value;
        }

        var serving = new SiteProcess(Process.Start(start)!, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));
        await serving.AnswersAsync();
        return serving;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task AnswersAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("config.json", UriKind.Relative));
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited && Stopwatch.GetElapsedTime(begin) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
            catch (HttpRequestException failure)
            {
                throw new InvalidOperationException($"The site is not served: {(_process.HasExited ? await _errors : "no answer")}", failure);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
