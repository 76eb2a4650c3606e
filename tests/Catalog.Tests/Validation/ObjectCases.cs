using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Validation;

/// <summary>Broken buckets: what is broken in one without a fault, and exactly what must be found, as rule and subject.</summary>
internal static class ObjectCases
{
    private const string Variant = "video-720";
    private const string Key = "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://secret\",KEYFORMAT=\"com.apple.streamingkeydelivery\"";

    public static readonly IReadOnlyDictionary<string, (Action<StoredDraft> Break, string Subject)> All =
        new Dictionary<string, (Action<StoredDraft>, string)>(StringComparer.Ordinal)
        {
            ["ASSET_OBJECT_MISSING"] = (film => film.Objects.Remove(film.Draft.Asset("asset-poster").StorageKey), "asset-poster"),
            ["ASSET_SIZE_MISMATCH"] = (film => film.Draft.Asset("asset-poster").SizeBytes++, "asset-poster"),
            ["VARIANT_OBJECT_MISSING"] = (AddFile, "download"),
            ["VARIANT_SIZE_MISMATCH"] = (film => film.Tier.SizeBytes = film.Tier.SizeBytes * 102 / 100, Variant),
            ["ORPHAN_OBJECT"] = (film => film.Objects[film.FolderOf(film.Tier) + "old.m4s"] = [1], "{folder}old.m4s"),
            ["PLAYLIST_MISSING"] = (film => film.Objects.Remove(film.Tier.StorageKey), Variant),
            ["PLAYLIST_INVALID"] = (film => film.Change(film.Tier, lines => lines[0] = "#EXTM3U8"), Variant),
            ["PLAYLIST_EMPTY"] = (Empty, Variant),
            ["PLAYLIST_TOO_LARGE"] = (film => film.Objects[film.Tier.StorageKey] = new byte[3 << 20], Variant),
            ["PLAYLIST_TOO_LONG"] = (Lengthen, Variant),
            ["ENDLIST_MISSING"] = (film => film.Change(film.Tier, lines => lines.Remove("#EXT-X-ENDLIST")), Variant),
            ["PLAYLIST_TYPE_MISSING"] = (film => film.Change(film.Tier, lines => lines.Remove("#EXT-X-PLAYLIST-TYPE:VOD")), Variant),
            ["TARGET_DURATION_EXCEEDED"] = (film => film.ChangeAll(lines => lines[2] = "#EXT-X-TARGETDURATION:5"), "all"),
            ["DISCONTINUITY_NEEDLESS"] = (film => film.ChangeAll(lines => lines.Insert(9, "#EXT-X-DISCONTINUITY")), "all"),
            ["SEGMENT_OUTSIDE"] = (LeaveFolder, Variant),
            ["SEGMENT_MISSING"] = (film => film.Objects.Remove(film.FolderOf(film.Tier) + "2.m4s"), "{folder}2.m4s"),
            ["SEGMENT_EMPTY"] = (EmptySegment, "{folder}2.m4s"),
            ["BYTERANGE_OUTSIDE"] = (film => film.Change(film.Tier, lines => lines.Insert(8, "#EXT-X-BYTERANGE:100000@0")), "{folder}0.m4s"),
            ["MAP_MISSING"] = (WithoutMap, Variant),
            ["INIT_SEGMENT_MISSING"] = (film => film.Objects.Remove(film.FolderOf(film.Tier) + "init.mp4"), "{folder}init.mp4"),
            ["CLEAR_ROW_ENCRYPTED"] = (film => film.Change(film.Tier, lines => lines.Insert(6, Key)), Variant),
            ["DRM_ROW_CLEAR"] = (film => Encrypt(film, DrmSystem.Fairplay), Variant),
            ["KEYFORMAT_MISMATCH"] = (film => EncryptBoth(film, DrmSystem.Widevine, EncryptionScheme.Cbcs), Variant),
            ["KEY_METHOD_MISMATCH"] = (film => EncryptBoth(film, DrmSystem.Fairplay, EncryptionScheme.Cenc), Variant),
            ["PEAK_BANDWIDTH_MISMATCH"] = (film => film.Tier.PeakBandwidthBps = film.Tier.PeakBandwidthBps * 112 / 100, Variant),
            ["AVERAGE_BANDWIDTH_MISMATCH"] = (film => film.Tier.AverageBandwidthBps = film.Tier.AverageBandwidthBps * 112 / 100, Variant),
            ["TARGET_DURATIONS_DIFFER"] = (film => film.Change(film.Tier, lines => lines[2] = "#EXT-X-TARGETDURATION:7"), MediaDraft.Video),
            ["DURATIONS_DIFFER"] = (film => film.Change(film.Draft.Audio[0], lines => lines[13] = "#EXTINF:5.490,"), MediaDraft.Video),
            ["SEGMENT_BOUNDARIES_DIFFER"] = (film => film.Change(film.Tier, lines => (lines[7], lines[9]) = ("#EXTINF:5.850,", "#EXTINF:6.150,")), MediaDraft.Video),
            ["DISCONTINUITIES_DIFFER"] = (ChangeEncoding, MediaDraft.Video),
        };

    /// <summary>What the case must find: rule and subject, with the folder of the broken tier in place of <c>{folder}</c>.</summary>
    public static IEnumerable<string> ExpectedOf(string rule, StoredDraft film) => All[rule].Subject switch
    {
        "all" => film.Draft.Variants.Select(variant => $"{rule} {variant.Id}"),
        var subject => [$"{rule} {subject.Replace("{folder}", film.FolderOf(film.Tier), StringComparison.Ordinal)}"],
    };

    private static void AddFile(StoredDraft film) => film.Draft.Variants.Add(new StreamVariant
    {
        Id = "download",
        AssetId = MediaDraft.Video,
        Protocol = StreamProtocol.Mp4,
        Container = Container.Mp4,
        Tier = QualityTier.Other,
        StorageKey = film.FolderOf(film.Tier).Replace("hls/", "downloads/", StringComparison.Ordinal) + "film.mp4",
    });

    private static void Empty(StoredDraft film)
    {
        film.Change(film.Tier, lines => lines.RemoveRange(7, 2 * StoredDraft.Segments));
        RemoveFiles(film);
        film.Tier.SizeBytes = 0;
    }

    private static void LeaveFolder(StoredDraft film)
    {
        film.Change(film.Tier, lines => lines[8] = "../video-1080/0.m4s");
        film.Objects.Remove(film.FolderOf(film.Tier) + "0.m4s");
    }

    private static void Lengthen(StoredDraft film)
    {
        film.Change(film.Tier, lines => lines.InsertRange(7, Enumerable.Repeat(new[] { "#EXTINF:0.1,", "0.m4s" }, 20_001).SelectMany(pair => pair)));
        film.Tier.SizeBytes = 0;
    }

    private static void EmptySegment(StoredDraft film)
    {
        // The others weigh more, so that all else stays right.
        var folder = film.FolderOf(film.Tier);
        var size = film.Objects[folder + "2.m4s"].Length;
        film.Objects[folder + "2.m4s"] = [];
        film.Objects[folder + "0.m4s"] = new byte[size + (size / 4)];
        film.Objects[folder + "3.m4s"] = new byte[size + (size / 4)];
        film.Tier.SizeBytes = 0;
        film.Tier.AverageBandwidthBps = film.Tier.AverageBandwidthBps * 9 / 10;
    }

    private static void WithoutMap(StoredDraft film)
    {
        film.Change(film.Tier, lines => lines.RemoveAt(6));
        film.Objects.Remove(film.FolderOf(film.Tier) + "init.mp4");
        film.Tier.SizeBytes -= 100;
    }

    private static void RemoveFiles(StoredDraft film)
    {
        for (var i = 0; i < StoredDraft.Segments; i++)
        {
            film.Objects.Remove($"{film.FolderOf(film.Tier)}{i}.m4s");
        }

        film.Objects.Remove(film.FolderOf(film.Tier) + "init.mp4");
    }

    private static void Encrypt(StoredDraft film, DrmSystem system, EncryptionScheme scheme = EncryptionScheme.Cbcs) =>
        PlaylistRows.Encrypted(system, scheme)(film.Tier);

    private static void EncryptBoth(StoredDraft film, DrmSystem system, EncryptionScheme scheme)
    {
        film.Change(film.Tier, lines => lines.Insert(6, Key));
        Encrypt(film, system, scheme);
    }

    private static void ChangeEncoding(StoredDraft film)
    {
        film.Objects[film.FolderOf(film.Tier) + "init2.mp4"] = new byte[1];
        film.Change(film.Tier, lines => lines.InsertRange(9, ["#EXT-X-DISCONTINUITY", "#EXT-X-MAP:URI=\"init2.mp4\""]));
    }
}
