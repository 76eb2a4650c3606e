using System.Text.Json;
using MoviesNow.Site.Tests.Harness;
using MoviesNow.Testing;

namespace MoviesNow.Site.Tests;

/// <summary>The npm package of the client, used as somebody without this checkout would: from its tarball, in an empty folder.</summary>
[Collection(SiteTestGroup.Name)]
public sealed class ClientPackageTests(SiteFixture fixture) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("moviesnow-client-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Client_InstalledFromItsTarball_CompilesAndCalls()
    {
        var client = await NodeFolder.InstallAsync("clients/typescript");
        await client.RunAsync("npm", "pack", "--silent", "--pack-destination", _folder.FullName);
        await WriteAsync("package.json", """{ "name": "consumer", "private": true, "type": "module" }""");
        await WriteAsync("tsconfig.json", """
            {
              "compilerOptions": {
                "target": "es2022", "module": "nodenext", "lib": ["es2022", "dom", "dom.iterable"], "types": [],
                "strict": true, "exactOptionalPropertyTypes": true, "noUncheckedIndexedAccess": true, "skipLibCheck": false
              },
              "files": ["use.ts"]
            }
            """);
        await WriteAsync("use.ts", """
            import { create, createClients, describeError, subjectOf, type Clients, type RpcFailure } from "@moviesnow/client";
            import { TitleKind, TitleSchema, type Title } from "@moviesnow/client/catalog";
            import type { PlaybackGrant } from "@moviesnow/client/delivery";
            import { EventType } from "@moviesnow/client/telemetry";

            declare const process: { argv: string[] };
            const address = process.argv[2]!;
            const api: Clients = createClients({ catalog: address, delivery: address, telemetry: address });
            const { titles } = await api.titles.searchTitles({ query: "test picture", kind: TitleKind.MOVIE });
            const found: Title = titles[0]!;
            const unknown = api.titles.getTitle({ titleId: "0192f0c1-0000-7000-8000-000000000000" });
            const failure: RpcFailure = await unknown.then(() => { throw new Error("found"); }, describeError);
            const grant: Partial<PlaybackGrant> = { ttlSeconds: 60 };
            console.log(JSON.stringify({
              name: found.name, millisecondsType: typeof found.durationMs, reason: failure.reason, made: create(TitleSchema, { name: "Made" }).name,
              play: EventType[EventType.PLAY], ttl: grant.ttlSeconds, subject: subjectOf("nonsense"),
            }));
            """);

        var tarball = Assert.Single(Directory.GetFiles(_folder.FullName, "*.tgz"));
        await NodeAsync("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", tarball);
        await NodeAsync(Path.Combine(client.Path, "node_modules/.bin/tsc"), "-p", ".");
        var used = JsonDocument.Parse(await NodeAsync("node", "use.js", $"{fixture.System.Catalog.WebAddress}")).RootElement;

        Assert.Equal(fixture.Content.Film.Name, Text("name"));
        Assert.Equal(("bigint", "TITLE_NOT_FOUND", "Made"), (Text("millisecondsType"), Text("reason"), Text("made")));
        Assert.Equal(("PLAY", 60, ""), (Text("play"), used.GetProperty("ttl").GetInt32(), Text("subject")));
        var installed = Path.Combine(_folder.FullName, "node_modules/@moviesnow/client");
        var packed = Directory.EnumerateFileSystemEntries(installed).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["README.md", "dist", "package.json"], packed);

        string? Text(string name) => used.GetProperty(name).GetString();
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), text);

    private async Task<string> NodeAsync(string program, params string[] arguments) => (await Tool.RunAsync(program, _folder.FullName, arguments)).Output;
}
