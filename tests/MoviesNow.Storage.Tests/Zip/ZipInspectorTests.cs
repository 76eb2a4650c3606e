using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Zip;

[Collection(nameof(StorageFixture))]
public sealed class ZipInspectorTests(StorageFixture storage)
{
    private async Task<ZipVerdict> InspectAsync(byte[] zip)
    {
        var key = await storage.StoreAsync(zip, "x.zip");
        var found = await storage.Store.HeadAsync(key, CancellationToken.None);
        return (await storage.Host.Get<ZipInspector>().InspectAsync(found!, CancellationToken.None))!;
    }

    private async Task AssertProblemAsync(string problem, byte[] zip)
    {
        var verdict = await InspectAsync(zip);
        Assert.Contains(problem, verdict.Problem ?? "", StringComparison.Ordinal);
        Assert.False(verdict.IsReadable);
        Assert.Empty(verdict.Entries);
    }

    [Fact]
    public async Task InspectAsync_Zip_ListsItsEntries()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        var verdict = await InspectAsync(ZipBytes.Make(("S01/", []), ("S01/E01 é.mp4", content), ("readme.txt", Encoding.UTF8.GetBytes(new string('x', 5_000)))));
        Assert.Null(verdict.Problem);
        Assert.Equal(["S01/", "S01/E01 é.mp4", "readme.txt"], verdict.Entries.Select(entry => entry.Path), StringComparer.Ordinal);
        Assert.Equal([0L, 100_000L, 5_000L], verdict.Entries.Select(entry => entry.Size));
        Assert.Equal([true, false, false], verdict.Entries.Select(entry => entry.IsFolder));
        Assert.InRange(verdict.Entries[2].CompressedSize, 1, 200);
        using var framework = new ZipArchive(new MemoryStream(ZipBytes.Make(("a", content))));
        Assert.Equal(framework.Entries[0].Crc32, verdict.Entries[1].Crc32);
    }

    [Fact]
    public async Task InspectAsync_ManyEntriesAndLongComment_IsReadable()
    {
        var zip = ZipBytes.Make([.. Enumerable.Range(0, 3_000).Select(i => ($"folder/file{i}.txt", new[] { (byte)i }))]);
        var verdict = await InspectAsync(ZipBytes.WithComment(zip, new byte[ushort.MaxValue]));
        Assert.Null(verdict.Problem);
        Assert.Equal(3_000, verdict.Entries.Count);
    }

    [Fact]
    public async Task InspectAsync_Zip64_IsReadable()
    {
        var verdict = await InspectAsync(ZipBytes.With64(ZipBytes.Two()));
        Assert.Null(verdict.Problem);
        Assert.Equal(2, verdict.Entries.Count);
    }

    [Fact]
    public async Task InspectAsync_NoZip_SaysWhy()
    {
        await AssertProblemAsync("too short", []);
        await AssertProblemAsync("too short", new byte[21]);
        await AssertProblemAsync("no end", new byte[100_000]);
        await AssertProblemAsync("no end", Encoding.ASCII.GetBytes("<html>" + new string(' ', 200)));
        await AssertProblemAsync("no entries", ZipBytes.Make());
        await AssertProblemAsync("no end", ZipBytes.Two()[..^1]);
        await AssertProblemAsync("no end", [.. ZipBytes.Two(), 0]);
    }

    [Fact]
    public async Task InspectAsync_LyingEnd_IsRefused()
    {
        await AssertProblemAsync("more in its directory", WithCount(1));
        await AssertProblemAsync("fewer entries", WithCount(3));
        await AssertProblemAsync("fewer entries", WithCount(19_000));
        await AssertProblemAsync("too many", WithCount(60_000));
        await AssertProblemAsync("split", ZipBytes.WithEnd(8, 1));
        await AssertProblemAsync("split", ZipBytes.WithEnd(4, 1));
        await AssertProblemAsync("elsewhere", ZipBytes.WithEnd(16, 1));
        await AssertProblemAsync("elsewhere", ZipBytes.WithEnd(12, 9_999));
        await AssertProblemAsync("elsewhere", [0, 0, 0, .. ZipBytes.Two()]);
        await AssertProblemAsync("ZIP64 locator", ZipBytes.WithEnd(10, ushort.MaxValue));
        var two = ZipBytes.Two();
        await AssertProblemAsync("two ends", ZipBytes.WithComment(two, two[ZipBytes.End(two)..]));
    }

    [Fact]
    public async Task InspectAsync_LyingZip64_IsRefused()
    {
        foreach (var (at, problem) in new[]
        {
            (0, "ZIP64 end"), (4, "ZIP64 end"), (16, "contradict"), (24, "split"), (40, "elsewhere"), (48, "elsewhere"), (56, "locator"), (60, "split"), (76 + 4, "contradict"),
        })
        {
            var zip = ZipBytes.With64(ZipBytes.Two());
            zip[ZipBytes.End(zip) - 76 + at] ^= 0x55;
            await AssertProblemAsync(problem, zip);
        }

        var negative = ZipBytes.With64(ZipBytes.Two());
        BinaryPrimitives.WriteInt64LittleEndian(negative.AsSpan(ZipBytes.End(negative) - 76 + 64), long.MinValue);
        await AssertProblemAsync("outside of itself", negative);
    }

    [Fact]
    public async Task InspectAsync_HostileEntry_IsRefused()
    {
        await AssertProblemAsync("encrypted", ZipBytes.WithRecord(8, 0x0001));
        await AssertProblemAsync("encrypted", ZipBytes.WithRecord(8, 0x2000));
        await AssertProblemAsync("compression", ZipBytes.WithRecord(10, 99));
        await AssertProblemAsync("impossible size", ZipBytes.WithRecord32(24, 0xfffffff0));
        await AssertProblemAsync("overlap", ZipBytes.WithRecord32(20, 0x7ffffff0));
        await AssertProblemAsync("overlap", ZipBytes.WithRecord32(42, 1));
        await AssertProblemAsync("overlap", ZipBytes.WithRecord32(42, 0x7ffffff0));
        await AssertProblemAsync("broken directory", ZipBytes.WithRecord(0, 0));
        await AssertProblemAsync("fewer entries", ZipBytes.WithRecord(32, 60_000));
        await AssertProblemAsync("contradicts", ZipBytes.WithRecord(10, 0) is var zip ? WithStoredSize(zip) : zip);
        await AssertProblemAsync("symbolic link", ZipBytes.WithRecord(40, 0xA1FF) is var link ? MadeByUnix(link) : link);
    }

    [Theory]
    [InlineData("../E01.txt", "'..'")]
    [InlineData("a/../E.txt", "'..'")]
    [InlineData("./1E01.txt", "'.'")]
    [InlineData("a//1E01.tx", "empty")]
    [InlineData("/etc/E0.tx", "absolute")]
    [InlineData("C:/1E01.tx", "absolute")]
    [InlineData("..\\1E01.tx", "backslash")]
    [InlineData("S01\0E01.tx", "control")]
    [InlineData("S01\nE01.tx", "control")]
    public async Task InspectAsync_PathThatLeavesItsFolder_IsRefused(string path, string problem) =>
        await AssertProblemAsync(problem, ZipBytes.Renamed("S01E01.txt", path));

    [Fact]
    public async Task InspectAsync_AmbiguousPaths_AreRefused()
    {
        await AssertProblemAsync("same path twice", ZipBytes.Make(("a.txt", [1]), ("A.TXT", [2])));
        await AssertProblemAsync("same path twice", ZipBytes.Make(("a/", []), ("a", [2])));
        await AssertProblemAsync("not UTF-8", ZipBytes.Replaced(ZipBytes.Two(), "S01E01.txt"u8.ToArray(), [0xff, 0xfe, .. "1E01.txt"u8]));
    }

    [Fact]
    public async Task InspectAsync_TooManyEntries_IsRefused() =>
        await AssertProblemAsync("too many", ZipBytes.Make([.. Enumerable.Range(0, ZipInspector.MaxEntries + 1).Select(i => ($"{i}", Array.Empty<byte>()))]));

    [Fact]
    public async Task InspectAsync_ReplacedMeanwhile_IsNull()
    {
        var key = await storage.StoreAsync(ZipBytes.Two(), "x.zip");
        var found = await storage.Store.HeadAsync(key, CancellationToken.None);
        var inspector = storage.Host.Get<ZipInspector>();
        Assert.Null(await inspector.InspectAsync(found! with { ETag = "00000000000000000000000000000000" }, CancellationToken.None));
        await storage.Store.DeleteAsync(key, CancellationToken.None);
        Assert.Null(await inspector.InspectAsync(found!, CancellationToken.None));
    }

    [Fact]
    public void InspectAsync_AnyDamage_GivesAVerdictThatTheFrameworkAgreesWith() =>
        Prop.ForAll(Damages.ToArbitrary(), damage =>
        {
            var zip = ZipBytes.With64(ZipBytes.Two()) is var big && damage.Big ? big : ZipBytes.Two();
            foreach (var (at, value) in damage.Bytes)
                zip[at % zip.Length] = value;

            var verdict = InspectAsync(zip).GetAwaiter().GetResult();
            if (!verdict.IsReadable)
                return;

            using var framework = new ZipArchive(new MemoryStream(zip));
            Assert.Equal(framework.Entries.Select(entry => (entry.FullName, entry.Length)), verdict.Entries.Select(entry => (entry.Path, entry.Size)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(250));

    private static Gen<(bool Big, List<(int At, byte Value)> Bytes)> Damages =>
        from big in ArbMap.Default.GeneratorFor<bool>()
        from bytes in Gen.Choose(0, 1_000).SelectMany(at => Gen.Elements<byte>(0, 1, 0x2f, 0x2e, 0x50, 0x7f, 0xff).Select(value => (at, value))).ListOf()
        select (big, bytes.Take(3).ToList());

    private static byte[] WithCount(ushort count)
    {
        var zip = ZipBytes.WithEnd(8, count);
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(ZipBytes.End(zip) + 10), count);
        return zip;
    }

    private static byte[] WithStoredSize(byte[] zip)
    {
        var record = zip.AsSpan(ZipBytes.Directory(zip));
        record[20..24].CopyTo(record[24..28]);
        return zip;
    }

    private static byte[] MadeByUnix(byte[] zip)
    {
        zip[ZipBytes.Directory(zip) + 5] = 3;
        return zip;
    }
}
