using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Harness;

/// <summary>Stream variants that tests start from; each keeps all rules.</summary>
internal static class SampleVariants
{
    /// <summary>The video of a movie of its own.</summary>
    public static async Task<MediaAsset> VideoAssetAsync(this Replica replica) =>
        await replica.VideoAssetAsync((await replica.TitleAsync(TitleKind.Movie)).Id);

    public static async Task<MediaAsset> VideoAssetAsync(this Replica replica, string titleId)
    {
        var request = new RecordAssetRequest
        {
            Scope = new() { TitleId = titleId },
            Kind = AssetKind.Video,
            StorageKey = $"originals/{titleId}/{Samples.NewId():N}.mov",
            MimeType = "video/quicktime",
        };
        return (await replica.Service.Assets.RecordAssetAsync(request)).Asset;
    }

    /// <summary>A streamable step of a ladder; only those of one tier get in each other's way.</summary>
    public static StreamVariant Step(MediaAsset asset, QualityTier tier = QualityTier.P1080)
    {
        var height = tier switch { QualityTier.P480 => 480, QualityTier.P720 => 720, QualityTier.P1080 => 1_080, _ => 2_160 };
        return new()
        {
            AssetId = asset.Id,
            Protocol = StreamProtocol.Hls,
            Container = Container.Fmp4,
            VideoCodec = VideoCodec.H264,
            AudioCodec = AudioCodec.Aac,
            Codecs = "avc1.640028,mp4a.40.2",
            PeakBandwidthBps = 6_000_000,
            AverageBandwidthBps = 4_500_000,
            Width = height * 16 / 9,
            Height = height,
            FrameRate = 23.976,
            DynamicRange = DynamicRange.Sdr,
            BitDepth = 8,
            AudioChannels = 2,
            AudioLanguage = "en",
            DrmSystem = DrmSystem.None,
            IsStreamable = true,
            Tier = tier,
            Label = $"{height}p",
            SizeBytes = 3_000_000_000,
            StorageKey = KeyOf(asset),
        };
    }

    /// <summary>A variant that collides with no other, whatever the asset has.</summary>
    public static StreamVariant Free(MediaAsset asset)
    {
        var variant = Step(asset, QualityTier.P720);
        variant.IsStreamable = false;
        return variant;
    }

    /// <summary>An audio track.</summary>
    public static StreamVariant AudioOnly(MediaAsset asset, string language = "en") => new()
    {
        AssetId = asset.Id,
        Protocol = StreamProtocol.Hls,
        Container = Container.Fmp4,
        VideoCodec = VideoCodec.None,
        AudioCodec = AudioCodec.Aac,
        Codecs = "mp4a.40.2",
        PeakBandwidthBps = 128_000,
        AverageBandwidthBps = 128_000,
        AudioChannels = 2,
        AudioLanguage = language,
        DrmSystem = DrmSystem.None,
        IsAudioOnly = true,
        Tier = QualityTier.Other,
        Label = "Stereo",
        StorageKey = KeyOf(asset),
    };

    /// <summary>The three streamable steps and an audio track.</summary>
    public static StreamVariant[] Ladder(MediaAsset asset) =>
        [Step(asset, QualityTier.P480), Step(asset), AudioOnly(asset, "fr"), Step(asset, QualityTier.P720)];

    public static string KeyOf(MediaAsset asset) => $"hls/{asset.Scope.TitleId}/v1/{Samples.NewId():N}/index.m3u8";

    public static async Task<StreamVariant> CreateAsync(this Replica replica, StreamVariant variant) =>
        (await replica.Service.Variants.CreateStreamVariantAsync(new() { Variant = variant })).Variant;

    /// <summary>All variants of an asset, in pages.</summary>
    public static async Task<List<StreamVariant>> VariantsAsync(this Replica replica, string assetId, int pageSize = 0)
    {
        var list = new ListStreamVariantsRequest { AssetId = assetId, PageSize = pageSize };
        var found = new List<StreamVariant>();
        do
        {
            var page = await replica.Service.Variants.ListStreamVariantsAsync(list);
            found.AddRange(page.Variants);
            list.PageToken = page.NextPageToken;
        }
        while (list.PageToken.Length > 0);
        return found;
    }
}
