using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Streams;

/// <summary>The columns of table <c>stream_variant</c>.</summary>
internal static class VariantRow
{
    /// <summary>What a variant says of itself.</summary>
    public const string ValueColumns = """
        protocol, container, video_codec, audio_codec, codecs, supplemental_codecs, peak_bandwidth_bps, average_bandwidth_bps,
        width, height, frame_rate, dynamic_range, bit_depth, audio_channels, audio_language, drm_system, drm_key_id, encryption_scheme,
        is_default, is_audio_only, is_downloadable, is_streamable, tier, label, size_bytes, storage_key
        """;

    /// <summary>The parameters of <see cref="ValueColumns"/>: those after <c>$1</c> and <c>$2</c>.</summary>
    public const string ValueParameters = """
        $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17::text, $18, $19::uuid, $20::text,
        $21, $22, $23, $24, $25, $26, $27, $28
        """;

    public const string Columns = $"id, asset_id, {ValueColumns}, created_at, updated_at, version";

    /// <summary>Inserts a variant of an asset that is there; the asset is locked first, so that inserts and ladders queue in one order.</summary>
    public const string Insert = $"""
        INSERT INTO stream_variant (id, asset_id, {ValueColumns}, created_at, updated_at, effect_id)
        SELECT $1, asset.id, {ValueParameters}, $29, $29, $30::uuid FROM asset WHERE asset.id = $2 FOR KEY SHARE
        RETURNING {Columns}
        """;

    /// <summary>The parameters of <see cref="Insert"/>.</summary>
    public static object?[] InsertValues(Guid id, Guid assetId, StreamVariant variant, DateTimeOffset now, Guid? effectId) =>
        [id, assetId, .. Values(variant), now, effectId];

    /// <summary>The values of <see cref="ValueColumns"/>.</summary>
    public static object?[] Values(StreamVariant variant) =>
    [
        variant.Protocol.ToString(),
        variant.Container.ToString(),
        variant.VideoCodec.ToString(),
        variant.AudioCodec.ToString(),
        variant.Codecs,
        variant.SupplementalCodecs,
        variant.PeakBandwidthBps,
        variant.AverageBandwidthBps,
        variant.Width,
        variant.Height,
        variant.FrameRate,
        variant.DynamicRange.ToString(),
        variant.BitDepth,
        variant.AudioChannels,
        variant.AudioLanguage.Length == 0 ? null : variant.AudioLanguage,
        variant.DrmSystem.ToString(),
        variant.DrmKeyId.Length == 0 ? null : Guid.Parse(variant.DrmKeyId),
        variant.EncryptionScheme is EncryptionScheme.Unspecified ? null : variant.EncryptionScheme.ToString(),
        variant.IsDefault,
        variant.IsAudioOnly,
        variant.IsDownloadable,
        variant.IsStreamable,
        variant.Tier.ToString(),
        variant.Label,
        variant.SizeBytes,
        variant.StorageKey,
    ];

    /// <summary>Reads <see cref="Columns"/>.</summary>
    public static StreamVariant Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0),
        AssetId = row.Id(1),
        Protocol = row.Enum<StreamProtocol>(2),
        Container = row.Enum<Container>(3),
        VideoCodec = row.Enum<VideoCodec>(4),
        AudioCodec = row.Enum<AudioCodec>(5),
        Codecs = row.GetString(6),
        SupplementalCodecs = row.GetString(7),
        PeakBandwidthBps = row.GetInt64(8),
        AverageBandwidthBps = row.GetInt64(9),
        Width = row.GetInt32(10),
        Height = row.GetInt32(11),
        FrameRate = row.GetDouble(12),
        DynamicRange = row.Enum<DynamicRange>(13),
        BitDepth = row.GetInt32(14),
        AudioChannels = row.GetInt32(15),
        AudioLanguage = row.IsDBNull(16) ? "" : row.GetString(16),
        DrmSystem = row.Enum<DrmSystem>(17),
        DrmKeyId = row.IsDBNull(18) ? "" : row.Id(18),
        EncryptionScheme = row.IsDBNull(19) ? EncryptionScheme.Unspecified : row.Enum<EncryptionScheme>(19),
        IsDefault = row.GetBoolean(20),
        IsAudioOnly = row.GetBoolean(21),
        IsDownloadable = row.GetBoolean(22),
        IsStreamable = row.GetBoolean(23),
        Tier = row.Enum<QualityTier>(24),
        Label = row.GetString(25),
        SizeBytes = row.GetInt64(26),
        StorageKey = row.GetString(27),
        CreateTime = row.Time(28),
        UpdateTime = row.Time(29),
        Etag = Etag.Of(row.GetInt64(30)),
    };
}
