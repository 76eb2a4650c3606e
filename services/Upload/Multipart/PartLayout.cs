namespace MoviesNow.Upload.Multipart;

/// <summary>
/// How an object is divided into parts: all of one size but the last, which is what remains. S3 takes at most 10,000 parts,
/// each of 5 MiB (the last may be smaller) to 5 GiB.
/// </summary>
internal sealed record PartLayout
{
    public const long MinPartSize = 5L << 20;
    public const long MaxPartSize = 5L << 30;
    public const int MaxParts = 10_000;

    // Sizes are whole MiB, so that they mean something to who reads them.
    private const long Granule = 1L << 20;

    private PartLayout(long objectSize, long partSize)
    {
        PartSize = partSize;
        Count = checked((int)((objectSize + partSize - 1) / partSize));
        LastPartSize = objectSize - ((Count - 1) * partSize);
    }

    /// <summary>Bytes of every part but the last.</summary>
    public long PartSize { get; }

    /// <summary>Number of parts, from 1.</summary>
    public int Count { get; }

    /// <summary>Bytes of the last part, from 1.</summary>
    public long LastPartSize { get; }

    /// <summary>The plan with parts of the preferred size, or larger ones where there would be too many.</summary>
    public static PartLayout For(long objectSize, long preferredPartSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(preferredPartSize, MinPartSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(preferredPartSize, MaxPartSize);
        var least = (Math.Max(objectSize, 1) - 1) / MaxParts + 1;
        var roundedUp = (least + Granule - 1) / Granule * Granule;
        return Of(objectSize, Math.Max(preferredPartSize, roundedUp));
    }

    /// <summary>The plan with parts of exactly this size.</summary>
    public static PartLayout Of(long objectSize, long partSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(objectSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(partSize, MinPartSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partSize, MaxPartSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(objectSize, partSize * MaxParts);
        return new PartLayout(objectSize, partSize);
    }

    /// <summary>Whether the plan has a part of this number.</summary>
    public bool Has(int number) => number >= 1 && number <= Count;

    /// <summary>Offset of a part's first byte in the object.</summary>
    public long OffsetOf(int number) => (Checked(number) - 1) * PartSize;

    /// <summary>Bytes of a part.</summary>
    public long SizeOf(int number) => Checked(number) == Count ? LastPartSize : PartSize;

    private long Checked(int number) => Has(number) ? number : throw new ArgumentOutOfRangeException(nameof(number));
}
