using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using MoviesNow.Cli.Tests.Catalog;
using MoviesNow.Storage;

namespace MoviesNow.Cli.Tests.Bundles;

/// <summary><c>bundle build</c>, which needs no service.</summary>
public sealed class BuildCommandTests : IDisposable
{
    private const string Episode = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-build-");

    private string Folder => Path.Combine(_directory.FullName, "folder");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Build_Folder_WritesAZipThatHoldsItAndItsManifest()
    {
        var film = RandomNumberGenerator.GetBytes(3_000_000);
        await AddAsync("S01/E01 – é 🎬.mp4", film);
        await AddAsync("a.txt", []);
        await AddAsync("S01/notes.txt", "Yes."u8.ToArray());

        var built = await RunAsync("--episode", $"S01/notes.txt={Episode}");

        Assert.Equal((0, ""), (built.ExitCode, built.Errors));
        Assert.StartsWith("3 files, 3,000,", built.Output, StringComparison.Ordinal);
        var verdict = await ZipInspector.InspectFileAsync(Folder + ".zip", new ZipLimits(), CancellationToken.None);
        Assert.Null(verdict.Problem);
        await using var zip = await ZipFile.OpenReadAsync(Folder + ".zip");
        Assert.Equal(["S01/E01 – é 🎬.mp4", "S01/notes.txt", "a.txt"], zip.Entries.Select(entry => entry.FullName));
        Assert.All(zip.Entries, entry => Assert.Equal((entry.Length, new DateTime(1980, 1, 1)), (entry.CompressedLength, entry.LastWriteTime.DateTime)));
        await using var content = await zip.Entries[0].OpenAsync();
        Assert.Equal(SHA256.HashData(film), await SHA256.HashDataAsync(content));
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Folder + "_manifest.json"));
        var entries = manifest.RootElement.GetProperty("entries");
        Assert.Equal(verdict.Entries.Select(entry => (entry.Path, entry.Size)), entries.EnumerateArray().Select(entry => (entry.GetProperty("path").GetString()!, entry.GetProperty("size_bytes").GetInt64())));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(film)), entries[0].GetProperty("sha256").GetString());
        Assert.Equal(Episode, entries[1].GetProperty("episode_id").GetString());
        Assert.False(entries[0].TryGetProperty("episode_id", out _));
    }

    [Fact]
    public async Task Build_SameFilesAtAnotherTimeAndPlace_GivesTheSameBytes()
    {
        await AddAsync("b.txt", [1, 2, 3]);
        await AddAsync("B/c.txt", [4]);
        await RunAsync();
        var first = (await File.ReadAllBytesAsync(Folder + ".zip"), await File.ReadAllBytesAsync(Folder + "_manifest.json"));

        var moved = Folder + "2";
        Directory.Move(Folder, moved);
        foreach (var file in Directory.EnumerateFiles(moved, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(40));
        }

        // Also when what is written lies in the folder itself.
        var zip = Path.Combine(moved, "0.zip");
        await new CommandRun(new Uri("http://127.0.0.1:1")).OutputAsync("bundle", "build", moved + "/", "--output", zip);
        await new CommandRun(new Uri("http://127.0.0.1:1")).OutputAsync("bundle", "build", moved, "--output", zip);

        Assert.Equal(first.Item1, await File.ReadAllBytesAsync(zip));
        Assert.Equal(first.Item2, await File.ReadAllBytesAsync(Path.Combine(moved, "0_manifest.json")));
    }

    public static TheoryData<string, string, string> Bad => new()
    {
        { "DUPLICATE_PATH", "a.txt", "A.TXT" },
        { "NAME_CHARACTER", "a\\b.txt", "" },
        { "NAME_CHARACTER", "a\u001b[2J.txt", "" },
        { "PATH_ABSOLUTE", "C:x.txt", "" },
        { "NAME_LENGTH", string.Join('/', Enumerable.Repeat(new string('x', 200), 6)), "" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Build_NameThatBreaksARule_IsRefusedBeforeAnythingIsWritten(string rule, string one, string two)
    {
        foreach (var name in new[] { one, two }.Where(name => name.Length > 0))
            await AddAsync(name, [1]);

        await RefusedAsync(rule);
    }

    [Fact]
    public async Task Build_EmptyFolderOrLink_IsRefused()
    {
        Directory.CreateDirectory(Folder);
        await RefusedAsync("NO_ENTRIES");

        File.CreateSymbolicLink(Path.Combine(Folder, "passwd"), "/etc/passwd");
        await RefusedAsync("SYMBOLIC_LINK");
        File.Delete(Path.Combine(Folder, "passwd"));
        await AddAsync("a", []);
        Directory.CreateSymbolicLink(Path.Combine(Folder, "etc"), "/etc");
        await RefusedAsync("SYMBOLIC_LINK");
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("a.txt=x")]
    [InlineData($"b.txt={Episode}")]
    public async Task Build_EpisodeThatNamesNoFile_IsRefused(string episode)
    {
        await AddAsync("a.txt", []);

        var refused = await RunAsync("--episode", episode);

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith($"--episode {episode}: must be", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_NoSuchFolderOrNoPlaceToWrite_SaysSo()
    {
        Assert.Contains("cannot be read", (await RunAsync()).Errors, StringComparison.Ordinal);
        await AddAsync("a.txt", []);
        Assert.Contains("cannot be written", (await RunAsync("--output", Path.Combine(_directory.FullName, "none", "x.zip"))).Errors, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string rule)
    {
        var refused = await RunAsync();

        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains(rule, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(refused.Errors.Replace("\n", "", StringComparison.Ordinal), char.IsControl);
        Assert.Equal([Folder], Directory.EnumerateFileSystemEntries(_directory.FullName));
    }

    private Task<Ended> RunAsync(params string[] options) => new CommandRun(new Uri("http://127.0.0.1:1")).RunAsync(["bundle", "build", Folder, .. options]);

    private async Task AddAsync(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content);
    }
}
