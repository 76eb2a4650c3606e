using System.Text.Json;
using MoviesNow.AppHost.Site;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.EndToEnd.Tests;

/// <summary>The player site beside the services: a package with the scripts that it has, and little else.</summary>
[Collection("AppHost")]
public sealed class SiteTests : IDisposable
{
    private readonly HomeDirectory _home = HomeDirectory.Seeded();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Start_WithASite_BuildsAndServesItWithTheAddresses()
    {
        using var host = AppHostProcess.Start(_home.Argument, $"--Site={MakeSite("mkdir -p dist && cp serve.mjs dist/index.html")}");
        var ready = await host.ReadyAsync();
        var address = ready.Split(", site ")[1].Split(' ')[0];

        using var http = new HttpClient();
        await Eventually.HoldsAsync(() => Task.FromResult(host.Output.Contains($"{"web",-20} ready", StringComparison.Ordinal)));
        var told = JsonSerializer.Deserialize<Dictionary<string, string>>(await http.GetStringAsync(new Uri(address)))!;

        Assert.Equal(["MOVIESNOW_CATALOG_URL", "MOVIESNOW_DELIVERY_URL", "MOVIESNOW_MEDIA_URL", "MOVIESNOW_TELEMETRY_URL"], told.Keys.Order(StringComparer.Ordinal));
        using var ofCatalog = await http.GetAsync(new Uri($"{told["MOVIESNOW_CATALOG_URL"]}/health/ready"));
        Assert.True(ofCatalog.IsSuccessStatusCode);
        Assert.Contains($"media {told["MOVIESNOW_MEDIA_URL"]}", ready, StringComparison.Ordinal);
        var children = host.Children;
        Assert.Equal(0, await host.EndAsync("TERM"));
        await AppHostProcess.GoneAsync(children);
    }

    [Fact]
    public async Task Start_SiteThatCannotBeBuilt_IsReadyWithoutIt()
    {
        using var host = AppHostProcess.Start(_home.Argument, $"--Site={MakeSite("echo it is broken >&2 && exit 3")}");
        await host.ReadyAsync();

        await Eventually.HoldsAsync(() => Task.FromResult(host.Output.Contains($"{"web-build",-20} ended with exit code 3", StringComparison.Ordinal)));
        Assert.DoesNotContain("did not start", host.Output, StringComparison.Ordinal);
        Assert.Equal(0, await host.EndAsync("TERM"));
    }

    [Fact]
    public void IsBuilt_SourcesNewerThanWhatWasBuilt_AreBuiltAgain()
    {
        var folder = new SiteFolder("/nowhere", MakeSite("true"));
        Assert.False(folder.IsInstalled);
        Write("node_modules/.package-lock.json", minute: 2);
        Assert.True(folder.IsInstalled);
        Assert.False(folder.IsBuilt);
        Write("dist/index.html", minute: 3);
        Assert.True(folder.IsBuilt);
        Write("node_modules/left/index.js", minute: 4);
        Assert.True(folder.IsBuilt);
        Write("src/page.ts", minute: 5);
        Assert.False(folder.IsBuilt);
        Write("dist/index.html", minute: 6);
        Assert.True(folder.IsBuilt);
        Write("package-lock.json", minute: 7);
        Assert.False(folder.IsInstalled);
        Assert.False(folder.IsBuilt);
    }

    private string MakeSite(string build)
    {
        Write("package.json", minute: 1, JsonSerializer.Serialize(new { name = "site", version = "1.0.0", scripts = new { build, serve = "node serve.mjs" } }));
        Write("package-lock.json", minute: 1, """{"name":"site","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"site","version":"1.0.0"}}}""");
        Write("serve.mjs", minute: 1, """
            import { createServer } from 'node:http';
            const [flag, port, strict] = process.argv.slice(2);
            if (flag !== '--port' || strict !== '--strictPort') throw new Error('unknown arguments');
            const told = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('MOVIESNOW_')));
            createServer((_, answer) => answer.end(JSON.stringify(told))).listen(Number(port), 'localhost');
            """);
        return _home.PathOf("site");
    }

    private void Write(string name, int minute, string text = "")
    {
        var file = Path.Combine(_home.PathOf("site"), name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, minute, 0, DateTimeKind.Utc));
    }
}
