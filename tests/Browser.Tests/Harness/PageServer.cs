using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MoviesNow.Testing;

namespace MoviesNow.Browser.Tests.Harness;

/// <summary>Builds the page with npm's packages and serves it from two origins. Needs Node.js 20 or later.</summary>
public sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PageServer(WebApplication app) => _app = app;

    /// <summary>The origin that the services are told of.</summary>
    public string Known => _app.Urls.First();

    /// <summary>The same page from elsewhere.</summary>
    public string Stranger => _app.Urls.Last();

    public static async Task<PageServer> StartAsync()
    {
        var page = await NodeFolder.InstallAsync("tests/Browser.Tests/page");
        await page.RunAsync("npm", "run", "--silent", "build");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = page.Path });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        app.MapGet("/", () => Results.File(Path.Combine(page.Path, "index.html"), "text/html"));
        app.MapGet("/page.js", () => Results.File(Path.Combine(page.Path, "dist/page.js"), "text/javascript"));
        await app.StartAsync();
        return new PageServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
