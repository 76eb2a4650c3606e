using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MoviesNow.Browser.Tests.Harness;

/// <summary>Builds the page with npm's packages and serves it from two origins. Needs Node.js 20 or later.</summary>
public sealed class PageServer : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(
        typeof(PageServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ProjectDirectory").Value!, "page");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly WebApplication _app;

    private PageServer(WebApplication app) => _app = app;

    /// <summary>The origin that the services are told of.</summary>
    public string Known => _app.Urls.First();

    /// <summary>The same page from elsewhere.</summary>
    public string Stranger => _app.Urls.Last();

    public static async Task<PageServer> StartAsync()
    {
        await BuildAsync();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = Folder });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        app.MapGet("/", () => Results.File(Path.Combine(Folder, "index.html"), "text/html"));
        app.MapGet("/page.js", () => Results.File(Path.Combine(Folder, "dist/page.js"), "text/javascript"));
        await app.StartAsync();
        return new PageServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task BuildAsync()
    {
        // npm leaves a copy of the lock file behind when it is done.
        var installed = new FileInfo(Path.Combine(Folder, "node_modules/.package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            // Not ci: the lock names the optional packages of one platform only, and people have others.
            await RunAsync("npm", "install", "--no-save", "--no-audit", "--no-fund", "--no-progress", "--ignore-scripts");
        }

        await RunAsync("npm", "run", "--silent", "build");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            RedirectStandardError = true,
        });
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}: {await output}{await errors}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException($"'{start.FileName}' does not start: install Node.js 20 or later with npm.", failure);
        }
    }
}
