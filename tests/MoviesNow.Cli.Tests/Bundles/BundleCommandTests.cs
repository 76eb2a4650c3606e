using System.Text.RegularExpressions;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Tests.Bundles;

public sealed partial class BundleCommandTests(BundleHost host) : IClassFixture<BundleHost>, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-bundle-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Bundle_ItsWholeLife_EachCommandDoesItsPart()
    {
        var (title, episode) = await host.SeriesAsync();
        var (zip, manifest) = await BuildAsync($"S01/E01.mp4={episode}");

        var created = await host.Cli.OneAsync<Bundle>(
            "bundle", "create", title, zip, "--kind", "season", "--season", "1", "--label", "Fog, season 1", "--manifest", manifest);
        var listed = await host.Cli.OneAsync<Bundle>("bundle", "list", "--title", title, "--state", "verified");
        var published = await host.Cli.OneAsync<Bundle>("bundle", "publish", created.Id);
        var updated = await host.Cli.OneAsync<Bundle>("bundle", "update", created.Id, "--label", "Fog");
        var shown = await host.Cli.OutputAsync("bundle", "show", created.Id);
        var expired = await host.Cli.OneAsync<Bundle>("bundle", "expire", created.Id);
        await host.Cli.OutputAsync("bundle", "delete", created.Id, "--yes");

        Assert.Equal((BundleState.Verified, $"bundles/{title}/S01_manifest.json", new FileInfo(zip).Length), (created.State, created.ManifestKey, created.SizeBytes));
        Assert.Equal(created, listed);
        Assert.Equal((BundleState.Published, "Fog"), (published.State, updated.Label));
        Assert.Matches("label +Fog *\n", shown);
        Assert.Matches("state +published *\n", shown);
        Assert.Equal(BundleState.Expired, expired.State);
        Assert.Empty(await host.Cli.ManyAsync<Bundle>("bundle", "list", "--title", title));
    }

    [Fact]
    public async Task Create_MultipartAdHoc_IsUploadedAndPublished()
    {
        var (title, episode) = await host.SeriesAsync();
        var (zip, _) = await BuildAsync(episode: null, large: true);
        await host.Cli.OutputAsync("title", "publish", title);

        var created = await host.Cli.OneAsync<Bundle>(
            "bundle", "create", title, zip, "--kind", "ad-hoc", "--episode", episode, "--method", "multipart", "--requires-token", "--publish");

        Assert.Equal((BundleState.Published, BundleKind.AdHoc, true), (created.State, created.Kind, created.RequiresToken));
        Assert.Equal(created, await host.Cli.OneAsync<Bundle>("bundle", "list", "--title", title, "--downloadable-only"));
    }

    [Fact]
    public async Task Create_AgainWithTheSameKey_EndsWithTheSameBundle()
    {
        var (title, _) = await host.SeriesAsync();
        var (zip, manifest) = await BuildAsync();
        string[] command = ["bundle", "create", title, zip, "--kind", "season-extras", "--season", "1", "--idempotency-key", $"{title}-extras"];

        var created = await host.Cli.OneAsync<Bundle>(command);
        Assert.Equal(created, await host.Cli.OneAsync<Bundle>(command));

        var refused = await host.Cli.RunAsync([.. command, "--manifest", manifest]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("bundles of extras have no manifest", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ZipThatTheServiceWouldRefuse_IsNotUploaded()
    {
        var (title, _) = await host.SeriesAsync();
        var file = Path.Combine(_directory.FullName, "no.zip");
        await File.WriteAllBytesAsync(file, new byte[100]);

        var refused = await host.Cli.RunAsync("bundle", "create", title, file, "--kind", "season", "--season", "1");
        var missing = await host.Cli.RunAsync("bundle", "create", title, file + "x", "--kind", "season", "--season", "1");

        Assert.Equal(
            (1, "", "The service would refuse the ZIP (NOT_A_ZIP, see docs/zip-rules.md). It is no ZIP file, or was cut off: it has no end of central directory.\n"),
            (refused.ExitCode, refused.Output, refused.Errors));
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("cannot be read", missing.Errors, StringComparison.Ordinal);
        Assert.Empty(await host.Cli.ManyAsync<Bundle>("bundle", "list", "--title", title));
    }

    [Fact]
    public async Task Create_SeasonThatHasABundle_IsRefused()
    {
        var (title, _) = await host.SeriesAsync();
        var (zip, _) = await BuildAsync();
        await host.Cli.OutputAsync("bundle", "create", title, zip, "--kind", "season", "--season", "1");

        var second = await host.Cli.RunAsync("bundle", "create", title, zip, "--kind", "season", "--season", "1");

        Assert.Equal(1, second.ExitCode);
        Assert.StartsWith("AlreadyExists BUNDLE_EXISTS", second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_Piped_PrintNoControlCharacters()
    {
        var (title, episode) = await host.SeriesAsync();
        await FolderAsync(large: false);
        var cli = new CliProcess(_directory.FullName, host.Variables);

        var built = await cli.RunAsync("bundle", "build", "folder", "--episode", $"S01/E01.mp4={episode}", "--json");
        var created = await cli.RunAsync(
            "bundle", "create", title, "folder.zip", "--kind", "season", "--season", "1", "--manifest", "folder_manifest.json", "--label", "Fog – 1");
        var listed = await cli.RunAsync("bundle", "list", "--title", title);

        Assert.Equal((0, 0, 0), (built.ExitCode, created.ExitCode, listed.ExitCode));
        foreach (var text in new[] { built.Output, built.Errors, created.Output, created.Errors, listed.Output, listed.Errors })
            Assert.DoesNotMatch(Control(), text);
        Assert.Contains("\"files\":2", built.Output, StringComparison.Ordinal);
    }

    private async Task<(string Zip, string Manifest)> BuildAsync(string? episode = null, bool large = false)
    {
        var folder = await FolderAsync(large);
        await host.Cli.OutputAsync(["bundle", "build", folder, .. episode is null ? Array.Empty<string>() : ["--episode", episode]]);
        return (folder + ".zip", folder + "_manifest.json");
    }

    private async Task<string> FolderAsync(bool large)
    {
        var folder = Path.Combine(_directory.FullName, "folder");
        Directory.CreateDirectory(Path.Combine(folder, "S01"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "S01", "E01.mp4"), new byte[large ? 12 << 20 : 100]);
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "Yes.");
        return folder;
    }

    [GeneratedRegex(@"[\p{Cc}\p{Cf}-[\n]]", RegexOptions.NonBacktracking)]
    private static partial Regex Control();
}
