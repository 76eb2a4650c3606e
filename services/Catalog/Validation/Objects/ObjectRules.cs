namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>The rules that need a look into the bucket.</summary>
internal static class ObjectRules
{
    private const string Rfc = "RFC 8216bis ";
    private const string Apple = "HLS Authoring Specification ";

    // Objects that rows name.
    public static readonly MediaRule AssetObjectMissing = MediaRule.Error("ASSET_OBJECT_MISSING");
    public static readonly MediaRule AssetSizeMismatch = MediaRule.Error("ASSET_SIZE_MISMATCH");
    public static readonly MediaRule VariantObjectMissing = MediaRule.Error("VARIANT_OBJECT_MISSING");
    public static readonly MediaRule VariantSizeMismatch = MediaRule.Warning("VARIANT_SIZE_MISMATCH");
    public static readonly MediaRule OrphanObject = MediaRule.Info("ORPHAN_OBJECT");

    // Playlists.
    public static readonly MediaRule PlaylistMissing = MediaRule.Error("PLAYLIST_MISSING");
    public static readonly MediaRule PlaylistInvalid = MediaRule.Error("PLAYLIST_INVALID", Rfc + "4.1");
    public static readonly MediaRule PlaylistEmpty = MediaRule.Error("PLAYLIST_EMPTY");
    public static readonly MediaRule PlaylistTooLarge = MediaRule.Warning("PLAYLIST_TOO_LARGE");
    public static readonly MediaRule PlaylistTooLong = MediaRule.Warning("PLAYLIST_TOO_LONG");
    public static readonly MediaRule EndListMissing = MediaRule.Error("ENDLIST_MISSING", Rfc + "4.4.3.4");
    public static readonly MediaRule PlaylistTypeMissing = MediaRule.Info("PLAYLIST_TYPE_MISSING", Apple + "8.6");
    public static readonly MediaRule TargetDurationExceeded = MediaRule.Error("TARGET_DURATION_EXCEEDED", Rfc + "4.4.3.1");
    public static readonly MediaRule DiscontinuityNeedless = MediaRule.Info("DISCONTINUITY_NEEDLESS", Rfc + "4.4.4.3");

    // Segments.
    public static readonly MediaRule SegmentOutside = MediaRule.Error("SEGMENT_OUTSIDE");
    public static readonly MediaRule SegmentMissing = MediaRule.Error("SEGMENT_MISSING");
    public static readonly MediaRule SegmentEmpty = MediaRule.Error("SEGMENT_EMPTY");
    public static readonly MediaRule ByteRangeOutside = MediaRule.Error("BYTERANGE_OUTSIDE", Rfc + "4.4.4.2");
    public static readonly MediaRule MapMissing = MediaRule.Error("MAP_MISSING", Apple + "8.20");
    public static readonly MediaRule InitSegmentMissing = MediaRule.Error("INIT_SEGMENT_MISSING", Rfc + "4.4.4.5");

    // Encryption.
    public static readonly MediaRule ClearRowEncrypted = MediaRule.Error("CLEAR_ROW_ENCRYPTED", Rfc + "4.4.4.4");
    public static readonly MediaRule DrmRowClear = MediaRule.Error("DRM_ROW_CLEAR", Rfc + "4.4.4.4");
    public static readonly MediaRule KeyFormatMismatch = MediaRule.Error("KEYFORMAT_MISMATCH", Rfc + "4.4.4.4");
    public static readonly MediaRule KeyMethodMismatch = MediaRule.Error("KEY_METHOD_MISMATCH", Rfc + "4.4.4.4");

    // Bandwidth.
    public static readonly MediaRule PeakBandwidthMismatch = MediaRule.Warning("PEAK_BANDWIDTH_MISMATCH", Apple + "1.27");
    public static readonly MediaRule AverageBandwidthMismatch = MediaRule.Warning("AVERAGE_BANDWIDTH_MISMATCH", Apple + "1.26");

    // Between the playlists of an asset.
    public static readonly MediaRule TargetDurationsDiffer = MediaRule.Warning("TARGET_DURATIONS_DIFFER", Rfc + "6.2.4");
    public static readonly MediaRule DurationsDiffer = MediaRule.Warning("DURATIONS_DIFFER", Apple + "8.3");
    public static readonly MediaRule SegmentBoundariesDiffer = MediaRule.Warning("SEGMENT_BOUNDARIES_DIFFER", Apple + "8.22");
    public static readonly MediaRule DiscontinuitiesDiffer = MediaRule.Error("DISCONTINUITIES_DIFFER", Apple + "8.15");

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<MediaRule> All { get; } =
    [
        AssetObjectMissing, AssetSizeMismatch, VariantObjectMissing, VariantSizeMismatch, OrphanObject,
        PlaylistMissing, PlaylistInvalid, PlaylistEmpty, PlaylistTooLarge, PlaylistTooLong, EndListMissing, PlaylistTypeMissing,
        TargetDurationExceeded, DiscontinuityNeedless,
        SegmentOutside, SegmentMissing, SegmentEmpty, ByteRangeOutside, MapMissing, InitSegmentMissing,
        ClearRowEncrypted, DrmRowClear, KeyFormatMismatch, KeyMethodMismatch,
        PeakBandwidthMismatch, AverageBandwidthMismatch,
        TargetDurationsDiffer, DurationsDiffer, SegmentBoundariesDiffer, DiscontinuitiesDiffer,
    ];
}
