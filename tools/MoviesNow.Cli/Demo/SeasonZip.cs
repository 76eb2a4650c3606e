using System.IO.Compression;
using System.Security.Cryptography;

namespace MoviesNow.Cli.Demo;

/// <summary>A real ZIP file of a season: an episode each, with bytes that do not compress as video does not, and a text.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="SizeBytes">How large it is.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
internal sealed record SeasonZip(string Path, long SizeBytes, string Sha256)
{
    private const int BlockSize = 1 << 20;

    /// <summary>Builds the file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="season">Number of the season.</param>
    /// <param name="episodes">How many episodes.</param>
    /// <param name="episodeBytes">Bytes of each, a multiple of 1 MiB.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<SeasonZip> BuildAsync(string path, int season, int episodes, long episodeBytes, CancellationToken cancellationToken)
    {
        await using (var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, BlockSize, useAsync: true))
        await using (var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: false, entryNameEncoding: null, cancellationToken))
        {
            await AddTextAsync(zip, season, episodes, cancellationToken);
            for (var episode = 1; episode <= episodes; episode++)
            {
                await AddEpisodeAsync(zip, $"S{season:00}E{episode:00}.mp4", episodeBytes, cancellationToken);
            }
        }

        await using var written = File.OpenRead(path);
        return new SeasonZip(path, written.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken)));
    }

    private static async Task AddTextAsync(ZipArchive zip, int season, int episodes, CancellationToken cancellationToken)
    {
        await using var stream = await zip.CreateEntry("README.txt").OpenAsync(cancellationToken);
        await using var writer = new StreamWriter(stream);
        await writer.WriteAsync($"Season {season}, {episodes} episodes. Made by the MoviesNow demo.\n");
    }

    private static async Task AddEpisodeAsync(ZipArchive zip, string name, long bytes, CancellationToken cancellationToken)
    {
        await using var stream = await zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(cancellationToken);
        var block = new byte[BlockSize];
        for (var written = 0L; written < bytes; written += BlockSize)
        {
            RandomNumberGenerator.Fill(block);
            await stream.WriteAsync(block, cancellationToken);
        }
    }
}
