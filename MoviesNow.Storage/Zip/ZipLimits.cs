namespace MoviesNow.Storage;

/// <summary>What a ZIP may unpack to, section <c>Storage:Zip</c>. Media is compressed already, so ZIPs of it are hardly smaller than what is in them.</summary>
public sealed class ZipLimits
{
    /// <summary>Deflate cannot do better than 258 bytes for 2 bits.</summary>
    public const int BestDeflateRatio = 1_032;

    /// <summary>The most times its compressed size that one entry may unpack to, 1 to <see cref="BestDeflateRatio"/>.</summary>
    public int MaxEntryRatio { get; set; } = 100;

    /// <summary>The same for all entries together.</summary>
    public int MaxTotalRatio { get; set; } = 20;

    /// <summary>Up to how many unpacked bytes neither ratio counts, since small texts may compress very well: 0 to 1 GiB.</summary>
    public long RatioFreeBytes { get; set; } = 1L << 20;

    /// <summary>The most bytes that all entries together may unpack to: 1 or more.</summary>
    public long MaxUnpackedBytes { get; set; } = 1L << 40;
}
