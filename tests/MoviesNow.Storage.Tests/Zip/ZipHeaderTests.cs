using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Zip;

/// <summary>What the headers around an entry's data say must be what the directory says.</summary>
[Collection(nameof(StorageFixture))]
public sealed class ZipHeaderTests(StorageFixture storage)
{
    private const string Mismatch = "LOCAL_HEADER_MISMATCH";
    private const uint Crc = 7;

    private static readonly RawEntry Plain = new("a.txt", new byte[50]) { Size = 80, Crc = Crc };
    private static readonly RawEntry Streamed = Plain with { Flags = RawZip.Streamed, Local = (0, 0, 0) };

    private async Task<ZipVerdict> InspectAsync(byte[] zip)
    {
        var found = await storage.Store.HeadAsync(await storage.StoreAsync(zip, "x.zip"), CancellationToken.None);
        return (await storage.Host.Get<ZipInspector>().InspectAsync(found!, CancellationToken.None))!;
    }

    private async Task AssertAsync(string? rule, RawEntry entry)
    {
        // First, between others, and last: what follows is an entry or the directory.
        foreach (var entries in (RawEntry[][])[[entry, Plain with { Name = "z" }], [Plain with { Name = "0" }, entry]])
        {
            var problem = (await InspectAsync(RawZip.Make(entries))).Problem;
            Assert.Equal((rule, rule is null ? null : entry.Name), (problem?.Rule.Id, problem?.Entry));
        }
    }

    [Fact]
    public async Task InspectAsync_HeadersThatAgree_IsReadable()
    {
        await AssertAsync(null, Plain);
        await AssertAsync(null, Plain with { Zip64 = true });
        await AssertAsync(null, Plain with { Zip64 = true, LocalExtra = [0x55, 0x54, 5, 0, 1, 2, 3, 4, 5] });
        await AssertAsync(null, Plain with { LocalExtra = [0, 0, 0] });
        await AssertAsync(null, Plain with { LocalExtra = [0x55, 0x54, 0xfb, 0xff, .. new byte[0xfffb]] });
    }

    [Fact]
    public async Task InspectAsync_LocalHeaderThatLies_IsRefused()
    {
        await AssertAsync(Mismatch, Plain with { Local = (Crc, 50, 80_000_000) });
        await AssertAsync(Mismatch, Plain with { Local = (Crc, 51, 80) });
        await AssertAsync(Mismatch, Plain with { Local = (Crc + 1, 50, 80) });
        await AssertAsync(Mismatch, Plain with { Local = (0, 0, 0) });
        await AssertAsync(Mismatch, Plain with { Local = (Crc, 50, uint.MaxValue) });
        await AssertAsync(Mismatch, Plain with { Zip64 = true, Local = (Crc, 50, 80_000_000_000) });
        await AssertAsync(Mismatch, Plain with { Zip64 = true, Local = (Crc, 50, 0) });
        await AssertAsync(Mismatch, Plain with { LocalFlags = 0x0001 });
    }

    [Fact]
    public async Task InspectAsync_LocalExtraThatReachesBeyond_IsRefused()
    {
        await AssertAsync("BROKEN_DIRECTORY", Plain with { LocalExtra = [0x55, 0x54, 6, 0, 1] });
        var zip = RawZip.Make(Plain, Plain with { Name = "z" });
        zip[28] = 200;
        Assert.Equal(("OVERLAPPING_ENTRIES", "a.txt"), (await InspectAsync(zip)).Problem is { } problem ? (problem.Rule.Id, problem.Entry!) : default);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task InspectAsync_DataDescriptor_MustSayTheSame(bool hasSignature, bool isWide)
    {
        await AssertAsync(null, Streamed with { Descriptor = RawZip.Descriptor(Crc, 50, 80, hasSignature, isWide) });
        await AssertAsync(null, Streamed with { Descriptor = RawZip.Descriptor(Crc, 50, 80, hasSignature, isWide), Zip64 = true });
        await AssertAsync(null, Streamed with { Descriptor = RawZip.Descriptor(Crc, 50, 80, hasSignature, isWide), Local = (Crc, 50, 80) });
        await AssertAsync("DATA_DESCRIPTOR_MISMATCH", Streamed with { Descriptor = RawZip.Descriptor(Crc, 50, 80_000_000, hasSignature, isWide) });
        await AssertAsync("DATA_DESCRIPTOR_MISMATCH", Streamed with { Descriptor = RawZip.Descriptor(Crc, 49, 80, hasSignature, isWide) });
        await AssertAsync("DATA_DESCRIPTOR_MISMATCH", Streamed with { Descriptor = RawZip.Descriptor(Crc + 1, 50, 80, hasSignature, isWide) });
        await AssertAsync("DATA_DESCRIPTOR_MISMATCH", Streamed with { Descriptor = RawZip.Descriptor(Crc, 50, 80, hasSignature, isWide)[..^1] });
        await AssertAsync("DATA_DESCRIPTOR_MISMATCH", Streamed);
        await AssertAsync(Mismatch, Streamed with { Descriptor = RawZip.Descriptor(Crc, 50, 80, hasSignature, isWide), Local = (0, 0, 80_000_000) });
    }

    [Fact]
    public async Task InspectAsync_BombWhoseDirectoryHidesIt_IsRefused()
    {
        // Deflated a thousand to one; only the directory is changed, and says four to one.
        var zip = ZipBytes.Make(("zeros", new byte[5_000_000]));
        var record = zip.AsSpan(ZipBytes.Directory(zip));
        BitConverter.TryWriteBytes(record[24..], BitConverter.ToUInt32(record[20..]) * 4);

        Assert.Equal(Mismatch, (await InspectAsync(zip)).Problem?.Rule.Id);
    }

    [Fact]
    public async Task InspectAsync_WrittenToAStreamThatCannotSeek_IsReadable()
    {
        var bytes = new MemoryStream();
        var pipe = PipeWriter.Create(bytes);
        await using (var zip = new ZipArchive(pipe.AsStream(), ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, level) in new[] { ("folder/", CompressionLevel.NoCompression), ("folder/a.txt", CompressionLevel.Optimal), ("b.mp4", CompressionLevel.NoCompression) })
            {
                await using var entry = await zip.CreateEntry(name, level).OpenAsync();
                await entry.WriteAsync(Encoding.UTF8.GetBytes(name.EndsWith('/') ? "" : $"{name} {name}"));
            }
        }

        await pipe.CompleteAsync();

        var verdict = await InspectAsync(bytes.ToArray());
        Assert.Null(verdict.Problem);
        Assert.Equal(3, verdict.Entries.Count);
    }

    [Fact]
    public async Task InspectAsync_LastOfThousandsOfSmallEntriesLies_IsRefused()
    {
        var zip = RawZip.Make([.. Enumerable.Range(0, 3_000).Select(i => new RawEntry($"{i}", new byte[50]) { Size = 80, Local = i == 2_999 ? (Crc, 50, 80) : null })]);

        Assert.Equal((Mismatch, "2999"), (await InspectAsync(zip)).Problem is { } problem ? (problem.Rule.Id, problem.Entry!) : default);
    }
}
