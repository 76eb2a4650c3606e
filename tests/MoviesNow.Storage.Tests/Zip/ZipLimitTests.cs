using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Zip;

/// <summary>How much a ZIP may unpack to: below, at and above each limit.</summary>
[Collection(nameof(StorageFixture))]
public sealed class ZipLimitTests(StorageFixture storage)
{
    private static readonly ZipLimits Loose = new()
    {
        MaxEntryRatio = ZipLimits.BestDeflateRatio,
        MaxTotalRatio = ZipLimits.BestDeflateRatio,
        RatioFreeBytes = 0,
        MaxUnpackedBytes = long.MaxValue,
    };

    private async Task<ZipVerdict> InspectAsync(ZipLimits limits, params RawEntry[] entries)
    {
        var key = await storage.StoreAsync(RawZip.Make(entries), "x.zip");
        var found = await storage.Store.HeadAsync(key, CancellationToken.None);
        var inspector = new ZipInspector(storage.Store, Options.Create(new StorageOptions { Zip = limits }));
        return (await inspector.InspectAsync(found!, CancellationToken.None))!;
    }

    private static RawEntry Entry(string name, int compressed, long size, bool zip64 = false) => new(name, new byte[compressed]) { Size = size, Zip64 = zip64 };

    [Theory]
    [InlineData(9_999, null)]
    [InlineData(10_000, null)]
    [InlineData(10_001, 101L)]
    [InlineData(99_999, 1_000L)]
    public async Task InspectAsync_RatioOfAnEntry_IsRefusedAboveTheLimit(long size, long? refused)
    {
        foreach (var zip64 in new[] { false, true })
        {
            var verdict = await InspectAsync(With(limits => limits.MaxEntryRatio = 100), Entry("fine", 100, 100), Entry("S01/notes.txt", 100, size, zip64));

            Assert.Equal(refused is null ? null : "ENTRY_RATIO", verdict.Problem?.Rule.Id);
            Assert.Equal(refused is null ? null : "S01/notes.txt", verdict.Problem?.Entry);
            Assert.Equal(refused is null ? null : (refused.Value, 100), verdict.Problem?.Excess);
        }
    }

    [Theory]
    [InlineData(50_000, true)]
    [InlineData(50_001, false)]
    public async Task InspectAsync_SmallEntry_MayCompressHoweverWell(long size, bool isReadable)
    {
        var verdict = await InspectAsync(
            With(limits => (limits.MaxEntryRatio, limits.MaxTotalRatio, limits.RatioFreeBytes) = (10, 10, 50_000)), Entry("notes.txt", 100, size));

        Assert.Equal(isReadable ? null : "ENTRY_RATIO", verdict.Problem?.Rule.Id);
    }

    [Theory]
    [InlineData(1_999, null)]
    [InlineData(2_000, null)]
    [InlineData(2_001, 21L)]
    public async Task InspectAsync_RatioOfAll_IsRefusedAboveTheLimit(long size, long? refused)
    {
        var verdict = await InspectAsync(With(limits => limits.MaxTotalRatio = 20), Entry("a", 100, 2_000), Entry("b", 100, size), Entry("c", 100, 2_000));

        Assert.Equal(refused is null ? null : "TOTAL_RATIO", verdict.Problem?.Rule.Id);
        Assert.Equal(refused is null ? null : (refused.Value, 20), verdict.Problem?.Excess);
        Assert.Null(verdict.Problem?.Entry);
    }

    [Theory]
    [InlineData(3_000, true)]
    [InlineData(3_001, false)]
    public async Task InspectAsync_ManySmallEntries_CountTogether(long last, bool isReadable)
    {
        var verdict = await InspectAsync(
            With(limits => (limits.MaxTotalRatio, limits.RatioFreeBytes) = (20, 9_000)), Entry("a", 10, 3_000), Entry("b", 10, 3_000), Entry("c", 10, last));

        Assert.Equal(isReadable ? null : "TOTAL_RATIO", verdict.Problem?.Rule.Id);
    }

    [Theory]
    [InlineData(699, true)]
    [InlineData(700, true)]
    [InlineData(701, false)]
    public async Task InspectAsync_UnpackedSize_IsRefusedAboveTheLimit(long size, bool isReadable)
    {
        var verdict = await InspectAsync(With(limits => limits.MaxUnpackedBytes = 1_000), Entry("a", 100, 300), Entry("b", 100, size));

        Assert.Equal(isReadable ? null : "UNPACKED_SIZE", verdict.Problem?.Rule.Id);
        Assert.Equal(isReadable ? null : (300 + size, 1_000), verdict.Problem?.Excess);
    }

    [Fact]
    public async Task InspectAsync_SizesBeyondWhatALongHolds_DoNotWrapAround()
    {
        var endless = new RawEntry("a", []) { Method = 0, Size = long.MaxValue, CompressedSize = long.MaxValue, Zip64 = true };

        var verdict = await InspectAsync(With(limits => limits.MaxUnpackedBytes = 1L << 40), endless, endless with { Name = "b" }, endless with { Name = "c" });

        Assert.Equal(("UNPACKED_SIZE", (long.MaxValue, 1L << 40)), (verdict.Problem!.Rule.Id, verdict.Problem.Excess!.Value));
    }

    [Fact]
    public async Task InspectAsync_NothingThatUnpacksToSomething_IsImpossible()
    {
        Assert.Equal("IMPOSSIBLE_SIZE", (await InspectAsync(Loose, Entry("a", 0, 1))).Problem?.Rule.Id);
        Assert.Equal("IMPOSSIBLE_SIZE", (await InspectAsync(Loose, Entry("a", 100, 103_201))).Problem?.Rule.Id);
        Assert.True((await InspectAsync(Loose, Entry("a", 100, 103_200))).IsReadable);
        Assert.True((await InspectAsync(Loose, Entry("a", 0, 0))).IsReadable);
    }

    [Fact]
    public async Task InspectAsync_DefaultLimits_RefuseABombAndTakeMediaWithTexts()
    {
        var inspector = storage.Host.Get<ZipInspector>();
        var bomb = await InspectAsync(ZipBytes.Make(("zeros", new byte[10_000_000])));
        Assert.Equal("ENTRY_RATIO", bomb.Problem?.Rule.Id);
        Assert.InRange(bomb.Problem!.Excess!.Value.Actual, 900, 1_032);

        var scattered = await InspectAsync(ZipBytes.Make([.. Enumerable.Range(0, 20).Select(i => ($"zeros{i}", new byte[1 << 20]))]));
        Assert.Equal("TOTAL_RATIO", scattered.Problem?.Rule.Id);

        // Random hexadecimal digits take half a byte each; the movie does not get smaller at all.
        var text = Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(2_000_000)));
        var subtitles = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}\n00:{i / 60:00}:{i % 60:00} --> 00:00:01\n- Yes.\n\n"))));
        var media = await InspectAsync(ZipBytes.Make(
            ("S01/E01.mp4", RandomNumberGenerator.GetBytes(3_000_000)), ("chapters.txt", text), ("S01/E01.srt", subtitles), ("empty lines", new byte[1 << 20])));
        Assert.Null(media.Problem);

        async Task<ZipVerdict> InspectAsync(byte[] zip)
        {
            var found = await storage.Store.HeadAsync(await storage.StoreAsync(zip, "x.zip"), CancellationToken.None);
            return (await inspector.InspectAsync(found!, CancellationToken.None))!;
        }
    }

    private static ZipLimits With(Action<ZipLimits> change)
    {
        var limits = new ZipLimits
        {
            MaxEntryRatio = Loose.MaxEntryRatio,
            MaxTotalRatio = Loose.MaxTotalRatio,
            RatioFreeBytes = Loose.RatioFreeBytes,
            MaxUnpackedBytes = Loose.MaxUnpackedBytes,
        };
        change(limits);
        return limits;
    }
}
