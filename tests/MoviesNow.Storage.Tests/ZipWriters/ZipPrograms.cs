using System.IO.Compression;
using System.IO.Hashing;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using MoviesNow.Testing;

namespace MoviesNow.Storage.Tests.ZipWriters;

/// <summary>A folder with files, and the programs that put them in ZIPs.</summary>
public sealed class ZipPrograms : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-zip-");
    private NodeFolder _scripts = null!;

    /// <summary>The folder whose files are written.</summary>
    public string Source => Path.Combine(_directory.FullName, "source");

    /// <summary>The files: path, size and CRC-32, by path.</summary>
    internal IReadOnlyList<(string Path, long Size, uint Crc32)> Files { get; private set; } = [];

    public async Task InitializeAsync()
    {
        _scripts = await NodeFolder.InstallAsync("tests/MoviesNow.Storage.Tests/ZipWriters");
        Files =
        [
            Add("S01/E01 – é 🎬.mp4", RandomNumberGenerator.GetBytes(100_000)),
            Add("S01/E02.mp4", RandomNumberGenerator.GetBytes(3_000)),
            Add("empty.txt", []),
            Add("notes.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Yes, MoviesNow. ", 300)))),
        ];
        Directory.CreateDirectory(Path.Combine(Source, "S01", "extras"));
    }

    public Task DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A path for a ZIP.</summary>
    public string NewPath() => Path.Combine(_directory.FullName, $"{Guid.NewGuid():N}.zip");

    /// <summary>Runs a command in the folder of files; <c>$zip</c> is the ZIP to write and <c>$scripts</c> the folder of scripts.</summary>
    /// <returns>The path of the ZIP.</returns>
    public async Task<string> RunAsync(string command)
    {
        var zip = NewPath();
        await _scripts.RunAsync("sh", "-euc", $"export LC_ALL=C.UTF-8; scripts=$PWD; cd \"$1\"; zip=\"$2\"; {command}", "sh", Source, zip);
        return zip;
    }

    /// <summary>Writes with the framework's own class.</summary>
    public async Task<string> WriteWithFrameworkAsync(bool canSeek, CompressionLevel level)
    {
        var path = NewPath();
        await using var file = File.Create(path);
        var pipe = PipeWriter.Create(file);
        await using (var zip = new ZipArchive(canSeek ? file : pipe.AsStream(leaveOpen: true), ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, _, _) in Files)
            {
                await using var entry = await zip.CreateEntry(name, level).OpenAsync();
                await entry.WriteAsync(await File.ReadAllBytesAsync(Path.Combine(Source, name)));
            }
        }

        await pipe.CompleteAsync();
        return path;
    }

    private (string Path, long Size, uint Crc32) Add(string name, byte[] content)
    {
        var path = Path.Combine(Source, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return (name, content.Length, Crc32.HashToUInt32(content));
    }
}
