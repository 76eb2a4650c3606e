using System.IO.Compression;
using System.Security.Cryptography;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Zip;

[Collection(nameof(StorageFixture))]
public sealed class ZipHasherTests(StorageFixture storage)
{
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public async Task HashAsync_Zip_GivesTheDigestOfEachFile(CompressionLevel level)
    {
        (string Path, byte[] Content)[] files = [("S01/E01.mp4", RandomNumberGenerator.GetBytes(300_000)), ("b.txt", new byte[5_000]), ("empty", [])];
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("S01/");
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path, level).Open();
                entry.Write(content);
            }
        }

        var digests = await HashAsync(bytes.ToArray());

        Assert.Equal(files.Select(file => (file.Path, (Sha256Digest?)StorageFixture.Digest(file.Content))), digests!.Select(digest => (digest.Key, digest.Value)));
    }

    [Fact]
    public async Task HashAsync_DataDescriptorsAndExtraFields_ArePassedOver()
    {
        byte[] data = [1, 2, 3];
        var first = new RawEntry("a", data)
        {
            Method = 0,
            Size = 3,
            Crc = 7,
            Flags = RawZip.Streamed,
            Local = (0, 0, 0),
            LocalExtra = [0x55, 0x54, 1, 0, 9],
            Descriptor = RawZip.Descriptor(7, 3, 3, hasSignature: true, isWide: true),
        };

        var digests = await HashAsync(RawZip.Make(first, new RawEntry("b", data) { Method = 0, Size = 3 }));

        Assert.Equal([StorageFixture.Digest(data), StorageFixture.Digest(data)], digests!.Values);
    }

    [Fact]
    public async Task HashAsync_FileThatDoesNotUnpackAsItSays_HasNoDigest()
    {
        byte[] garbage = [.. Enumerable.Repeat((byte)0xff, 50)];
        var deflated = ZipBytes.Make(("x", new byte[1_000]));
        var length = BitConverter.ToInt32(deflated, ZipBytes.Directory(deflated) + 20);
        var data = deflated.AsSpan(31, length).ToArray();

        var digests = await HashAsync(RawZip.Make(
            new RawEntry("garbage", garbage) { Size = 60 },
            new RawEntry("longer", data) { Size = 999 },
            new RawEntry("shorter", data) { Size = 1_001 },
            new RawEntry("right", data) { Size = 1_000 }));

        Assert.Equal([("garbage", false), ("longer", false), ("shorter", false), ("right", true)], digests!.Select(digest => (digest.Key, digest.Value is not null)));
    }

    [Fact]
    public async Task HashAsync_ReplacedMeanwhile_IsNull()
    {
        var found = await storage.Store.HeadAsync(await storage.StoreAsync(ZipBytes.Two(), "x.zip"), CancellationToken.None);
        Assert.Null(await storage.Host.Get<ZipHasher>().HashAsync(found! with { ETag = "00000000000000000000000000000000" }, [], CancellationToken.None));
    }

    private async Task<IReadOnlyDictionary<string, Sha256Digest?>?> HashAsync(byte[] zip)
    {
        var found = await storage.Store.HeadAsync(await storage.StoreAsync(zip, "x.zip"), CancellationToken.None);
        var verdict = await storage.Host.Get<ZipInspector>().InspectAsync(found!, CancellationToken.None);
        Assert.Null(verdict!.Problem);
        return await storage.Host.Get<ZipHasher>().HashAsync(found!, verdict.Entries, CancellationToken.None);
    }
}
