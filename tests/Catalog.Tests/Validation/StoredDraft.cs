using System.Globalization;
using System.Text;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation;
using MoviesNow.Catalog.Validation.Objects;

namespace MoviesNow.Catalog.Tests.Validation;

/// <summary>A film without a fault whose objects a test changes before they are put into the bucket. Each has a prefix of its own.</summary>
internal sealed class StoredDraft
{
    public const int Segments = 4;
    private const int Seconds = 6;

    private readonly string _titleId = Samples.NewId().ToString();

    public StoredDraft()
    {
        foreach (var asset in Draft.Assets)
        {
            asset.Scope.TitleId = _titleId;
            asset.StorageKey = $"originals/{_titleId}/{asset.Id}.bin";
            Objects[asset.StorageKey] = new byte[asset.SizeBytes];
        }

        foreach (var variant in Draft.Variants)
        {
            variant.StorageKey = $"{FolderOf(variant)}index.m3u8";
            Write(variant, DefaultPlaylist());
        }
    }

    public MediaDraft Draft { get; } = MediaDraft.Film();

    /// <summary>The objects of the bucket by key.</summary>
    public SortedDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    public StreamVariant Tier => Draft.P720;

    public string FolderOf(StreamVariant variant) => $"hls/{_titleId}/v1/{variant.Id}/";

    /// <summary>The lines of a playlist without a fault.</summary>
    public static List<string> DefaultPlaylist() =>
    [
        "#EXTM3U", "#EXT-X-VERSION:7", $"#EXT-X-TARGETDURATION:{Seconds}", "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-MAP:URI=\"init.mp4\"",
        .. Enumerable.Range(0, Segments).SelectMany(i => new[] { $"#EXTINF:{Seconds}.000,", $"{i}.m4s" }),
        "#EXT-X-ENDLIST",
    ];

    /// <summary>Changes the playlist of a variant; all others stay.</summary>
    public void Change(StreamVariant variant, Action<List<string>> change)
    {
        var lines = DefaultPlaylist();
        change(lines);
        Write(variant, lines);
    }

    public void ChangeAll(Action<List<string>> change) => Draft.Variants.ForEach(variant => Change(variant, change));

    /// <summary>Puts all into the bucket, and examines it.</summary>
    public async Task<Findings> ExamineAsync(BucketFixture bucket, ObjectLimits? limits = null)
    {
        foreach (var (key, content) in Objects)
        {
            await bucket.PutAsync(key, content);
        }

        var findings = new Findings();
        using var examination = bucket.Examination(limits);
        await examination.ExamineAsync(Draft.Media(), findings, CancellationToken.None);
        return findings;
    }

    /// <summary>Segments that weigh what the row says: the second one the peak, and all together the average.</summary>
    private void Write(StreamVariant variant, List<string> lines)
    {
        var playlist = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
        Objects[variant.StorageKey] = playlist;
        // Small numbers keep the objects small.
        (variant.PeakBandwidthBps, variant.AverageBandwidthBps) = variant.IsAudioOnly ? (2_000, 1_600) : (4_000, 3_200);
        var bytes = (long)playlist.Length;
        Put("init.mp4", 100);
        for (var i = 0; i < Segments; i++)
        {
            Put(string.Create(CultureInfo.InvariantCulture, $"{i}.m4s"), SizeOf(variant, i));
        }

        variant.SizeBytes = bytes;

        void Put(string name, int size)
        {
            Objects[FolderOf(variant) + name] = new byte[size];
            bytes += size;
        }
    }

    private static int SizeOf(StreamVariant variant, int segment)
    {
        var (peak, average) = ((int)variant.PeakBandwidthBps * Seconds / 8, (int)variant.AverageBandwidthBps * Seconds / 8);
        return segment == 1 ? peak : (average * Segments - peak) / (Segments - 1);
    }
}
