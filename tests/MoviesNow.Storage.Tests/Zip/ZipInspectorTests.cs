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
    private const string First = "S01E01.txt";

    private async Task<ZipVerdict> InspectAsync(byte[] zip)
    {
        var key = await storage.StoreAsync(zip, "x.zip");
        var found = await storage.Store.HeadAsync(key, CancellationToken.None);
        return (await storage.Host.Get<ZipInspector>().InspectAsync(found!, CancellationToken.None))!;
    }

    private async Task AssertProblemAsync(string rule, byte[] zip, string? entry = null, string? detail = null)
    {
        var verdict = await InspectAsync(zip);
        Assert.Equal((rule, entry), (verdict.Problem?.Rule.Id, verdict.Problem?.Entry));
        if (detail is not null)
            Assert.Contains(detail, verdict.Problem!.Detail ?? "", StringComparison.Ordinal);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task InspectAsync_Zip64_IsReadable(bool keepShort)
    {
        var verdict = await InspectAsync(ZipBytes.With64(ZipBytes.Two(), keepShort));
        Assert.Null(verdict.Problem);
        Assert.Equal(2, verdict.Entries.Count);
    }

    [Fact]
    public async Task InspectAsync_NoZip_SaysWhy()
    {
        await AssertProblemAsync("NOT_A_ZIP", [], detail: "too short");
        await AssertProblemAsync("NOT_A_ZIP", new byte[21], detail: "too short");
        await AssertProblemAsync("NOT_A_ZIP", new byte[100_000]);
        await AssertProblemAsync("NOT_A_ZIP", Encoding.ASCII.GetBytes("<html>" + new string(' ', 200)));
        await AssertProblemAsync("NO_ENTRIES", ZipBytes.Make());
        await AssertProblemAsync("NOT_A_ZIP", ZipBytes.Two()[..^1]);
        await AssertProblemAsync("NOT_A_ZIP", [.. ZipBytes.Two(), 0], detail: "other bytes follow its end");
    }

    [Fact]
    public async Task InspectAsync_LyingEnd_IsRefused()
    {
        await AssertProblemAsync("ENTRY_COUNT_MISMATCH", WithCount(1), detail: "more");
        await AssertProblemAsync("ENTRY_COUNT_MISMATCH", WithCount(3), detail: "fewer");
        await AssertProblemAsync("ENTRY_COUNT_MISMATCH", WithCount(19_000), detail: "fewer");
        await AssertProblemAsync("TOO_MANY_ENTRIES", WithCount(60_000), detail: "60,000 of at most 20,000");
        await AssertProblemAsync("SPLIT", ZipBytes.WithEnd(8, 1));
        await AssertProblemAsync("SPLIT", ZipBytes.WithEnd(4, 1));
        await AssertProblemAsync("BROKEN_DIRECTORY", ZipBytes.WithEnd(16, 1), detail: "elsewhere");
        await AssertProblemAsync("BROKEN_DIRECTORY", ZipBytes.WithEnd(12, 9_999), detail: "elsewhere");
        await AssertProblemAsync("BROKEN_DIRECTORY", [0, 0, 0, .. ZipBytes.Two()], detail: "elsewhere");
        await AssertProblemAsync("BROKEN_DIRECTORY", ZipBytes.WithEnd(10, ushort.MaxValue), detail: "ZIP64 locator");
        var two = ZipBytes.Two();
        await AssertProblemAsync("AMBIGUOUS_END", ZipBytes.WithComment(two, two[ZipBytes.End(two)..]), detail: "two");
    }

    [Fact]
    public async Task InspectAsync_LyingZip64_IsRefused()
    {
        const string broken = "BROKEN_DIRECTORY";
        foreach (var (at, rule) in new[]
        {
            (0, broken), (4, broken), (16, "AMBIGUOUS_END"), (24, "SPLIT"), (40, broken), (48, broken), (56, broken), (60, "SPLIT"), (76 + 4, "AMBIGUOUS_END"),
        })
        {
            var zip = ZipBytes.With64(ZipBytes.Two());
            zip[ZipBytes.End(zip) - 76 + at] ^= 0x55;
            await AssertProblemAsync(rule, zip);
        }

        var contradicting = ZipBytes.With64(ZipBytes.Two(), keepShort: true);
        contradicting[ZipBytes.End(contradicting) - 76 + 40]++;
        await AssertProblemAsync("AMBIGUOUS_END", contradicting);

        var negative = ZipBytes.With64(ZipBytes.Two());
        BinaryPrimitives.WriteInt64LittleEndian(negative.AsSpan(ZipBytes.End(negative) - 76 + 64), long.MinValue);
        await AssertProblemAsync(broken, negative, detail: "outside of the file");
    }

    [Fact]
    public async Task InspectAsync_LocatorInTheLastComment_IsRefused()
    {
        // Some readers look at the bytes before the end record first, and would follow this one to another directory.
        var zip = ZipBytes.Make(("a.txt", [1]));
        var (directory, end) = (ZipBytes.Directory(zip), ZipBytes.End(zip));
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(directory + 32), 20);
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(end + 12), (uint)(end + 20 - directory));
        byte[] locator = [0x50, 0x4b, 0x06, 0x07, .. new byte[12], 1, 0, 0, 0];

        await AssertProblemAsync("AMBIGUOUS_END", [.. zip[..end], .. locator, .. zip[end..]], detail: "ends like a ZIP64 record");
        Assert.Null((await InspectAsync([.. zip[..end], .. new byte[20], .. zip[end..]])).Problem);
    }

    [Fact]
    public async Task InspectAsync_HostileEntry_IsRefused()
    {
        await AssertProblemAsync("ENCRYPTED", ZipBytes.WithRecord(8, 0x0001), First);
        await AssertProblemAsync("ENCRYPTED", ZipBytes.WithRecord(8, 0x2000), First);
        await AssertProblemAsync("UNKNOWN_COMPRESSION", ZipBytes.WithRecord(10, 99), First, "method 99");
        await AssertProblemAsync("IMPOSSIBLE_SIZE", ZipBytes.WithRecord32(24, 0xfffffff0), First);
        await AssertProblemAsync("OVERLAPPING_ENTRIES", ZipBytes.WithRecord32(20, 0x7ffffff0), First);
        await AssertProblemAsync("OVERLAPPING_ENTRIES", ZipBytes.WithRecord32(42, 1), First);
        await AssertProblemAsync("OVERLAPPING_ENTRIES", ZipBytes.WithRecord32(42, 0x7ffffff0), First);
        await AssertProblemAsync("BROKEN_DIRECTORY", ZipBytes.WithRecord(0, 0), detail: "signature");
        await AssertProblemAsync("ENTRY_COUNT_MISMATCH", ZipBytes.WithRecord(32, 60_000));
        await AssertProblemAsync("LOCAL_HEADER_MISMATCH", WithStoredSize(ZipBytes.WithRecord(10, 0)), First, "methods");
        await AssertProblemAsync("SYMBOLIC_LINK", MadeByUnix(ZipBytes.WithRecord(40, 0xA1FF)), First);
    }

    [Theory]
    [InlineData("../E01.txt", "PATH_ESCAPES")]
    [InlineData("a/../E.txt", "PATH_ESCAPES")]
    [InlineData("./1E01.txt", "PATH_SEGMENT")]
    [InlineData("a//1E01.tx", "PATH_SEGMENT")]
    [InlineData("/etc/E0.tx", "PATH_ABSOLUTE")]
    [InlineData("C:/1E01.tx", "PATH_ABSOLUTE")]
    [InlineData("..\\1E01.tx", "NAME_CHARACTER")]
    [InlineData("S01\0E01.tx", "NAME_CHARACTER")]
    [InlineData("S01\nE01.tx", "NAME_CHARACTER")]
    public async Task InspectAsync_PathThatLeavesItsFolder_IsRefused(string path, string rule) =>
        await AssertProblemAsync(rule, ZipBytes.Renamed("S01E01.txt", path), path);

    [Fact]
    public async Task InspectAsync_AmbiguousPaths_AreRefused()
    {
        await AssertProblemAsync("DUPLICATE_PATH", ZipBytes.Make(("a.txt", [1]), ("A.TXT", [2])), "A.TXT");
        await AssertProblemAsync("DUPLICATE_PATH", ZipBytes.Make(("a/", []), ("a", [2])), "a");
        await AssertProblemAsync("NAME_ENCODING", ZipBytes.Replaced(ZipBytes.Two(), "S01E01.txt"u8.ToArray(), [0xff, 0xfe, .. "1E01.txt"u8]), "\ufffd\ufffd1E01.txt");
    }

    [Fact]
    public async Task InspectAsync_TooManyEntries_IsRefused() =>
        await AssertProblemAsync(
            "TOO_MANY_ENTRIES", ZipBytes.Make([.. Enumerable.Range(0, ZipInspector.MaxEntries + 1).Select(i => ($"{i}", Array.Empty<byte>()))]), detail: "20,001 of at most 20,000");

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
