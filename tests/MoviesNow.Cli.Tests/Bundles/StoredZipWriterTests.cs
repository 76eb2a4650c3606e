using System.IO.Compression;
using MoviesNow.Cli.Bundles;
using MoviesNow.Storage;

namespace MoviesNow.Cli.Tests.Bundles;

/// <summary>Where ZIP64 begins. Zeros take no room on the disk, and no time.</summary>
public sealed class StoredZipWriterTests : IDisposable
{
    private const long Limit = uint.MaxValue;
    private const int HeaderOfA = 31;
    private const int VersionOffset = 4;
    private const byte Version = 10;
    private const byte Zip64Version = 45;
    private const int EndSize = 22;
    private const int LocatorSize = 20;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(Limit - 1)]
    [InlineData(Limit)]
    [InlineData(Limit + 1)]
    [InlineData(Limit - HeaderOfA - 1)]
    [InlineData(Limit - HeaderOfA)]
    [InlineData(Limit - HeaderOfA + 1)]
    [InlineData(20L << 30)]
    public async Task FinishAsync_NumbersAroundFourGigabytes_AreReadByEveryReader(long size)
    {
        await WriteAsync(("a", size), ("b", 3), ("c", 0));

        var verdict = await ZipInspector.InspectFileAsync(_path, new ZipLimits(), CancellationToken.None);
        Assert.Null(verdict.Problem);
        Assert.Equal([("a", size), ("b", 3), ("c", 0)], verdict.Entries.Select(entry => (entry.Path, entry.Size)));
        await using var framework = await ZipFile.OpenReadAsync(_path);
        Assert.Equal([size, 3, 0], framework.Entries.Select(entry => entry.Length));
        await using var content = await framework.Entries[1].OpenAsync();
        Assert.Equal(3, await content.ReadAsync(new byte[10]));
        // Some readers take the largest number for itself, others look for ZIP64: it must be there.
        await using var file = File.OpenRead(_path);
        var header = new byte[VersionOffset + 1];
        await file.ReadExactlyAsync(header);
        Assert.Equal(size >= Limit ? Zip64Version : Version, header[VersionOffset]);
    }

    [Theory]
    [InlineData(65_534)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public async Task FinishAsync_NumberOfEntries_IsReadByEveryReader(int count)
    {
        await WriteAsync([.. Enumerable.Range(0, count).Select(i => ($"{i}", 0L))]);

        var verdict = await ZipInspector.InspectFileAsync(_path, new ZipLimits(), CancellationToken.None);
        Assert.Equal((count, 20_000), verdict.Problem?.Excess);
        await using var framework = await ZipFile.OpenReadAsync(_path);
        Assert.Equal(count, framework.Entries.Count);
        var zip = await File.ReadAllBytesAsync(_path);
        Assert.Equal(count >= ushort.MaxValue, zip.AsSpan(zip.Length - EndSize - LocatorSize).StartsWith("PK\u0006\u0007"u8));
    }

    private async Task WriteAsync(params (string Path, long Size)[] files)
    {
        await using var output = new FileStream(_path, FileMode.Create, FileAccess.ReadWrite);
        var writer = new StoredZipWriter(output);
        foreach (var (path, size) in files)
        {
            await writer.AddAsync(path, size, stream =>
            {
                stream.Position += size;
                return Task.FromResult(0u);
            }, CancellationToken.None);
        }

        await writer.FinishAsync(CancellationToken.None);
    }
}
