using System.IO.Compression;
using System.Security.Cryptography;

namespace UploadTests.Support;

/// <summary>Bytes to upload, with their digest.</summary>
internal sealed record Content(byte[] Bytes)
{
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    public long Size => Bytes.Length;

    /// <summary>Bytes that do not repeat from one call to the next.</summary>
    public static Content Random(int size) => new(RandomNumberGenerator.GetBytes(size));

    /// <summary>A real ZIP of about this many bytes: an episode that does not compress, and a text that does.</summary>
    public static Content Zip(int size = 4_096)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var episode = zip.CreateEntry("S01E01.mp4", CompressionLevel.NoCompression).Open())
                episode.Write(RandomNumberGenerator.GetBytes(size));
            using var notes = new StreamWriter(zip.CreateEntry("notes.txt").Open());
            notes.Write(string.Concat(Enumerable.Repeat("MoviesNow ", 100)));
        }

        return new Content(stream.ToArray());
    }

    /// <summary>The same length with one bit turned.</summary>
    public Content Damaged()
    {
        var copy = (byte[])Bytes.Clone();
        copy[copy.Length / 2] ^= 1;
        return new Content(copy);
    }

    public ReadOnlyMemory<byte> Part(long offset, long size) => Bytes.AsMemory((int)offset, (int)size);
}
