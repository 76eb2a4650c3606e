using System.IO.Compression;
using System.Security.Cryptography;
using MoviesNow.Cli.Demo;

namespace MoviesNow.Cli.Tests;

public sealed class SeasonZipTests
{
    [Fact]
    public async Task BuildAsync_TwoEpisodes_IsAReadableZipOfTheDeclaredSizeAndHash()
    {
        var directory = Directory.CreateTempSubdirectory("moviesnow-zip-");
        try
        {
            var zip = await SeasonZip.BuildAsync(Path.Combine(directory.FullName, "S01.zip"), season: 1, episodes: 2, episodeBytes: 1 << 20, CancellationToken.None);

            Assert.Equal(new FileInfo(zip.Path).Length, zip.SizeBytes);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(zip.Path))), zip.Sha256);
            await using var archive = await ZipFile.OpenReadAsync(zip.Path);
            Assert.Equal(["README.txt", "S01E01.mp4", "S01E02.mp4"], archive.Entries.Select(entry => entry.FullName));
            Assert.Equal(1 << 20, archive.Entries[1].Length);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
