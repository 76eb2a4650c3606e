using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Packaging;

/// <summary>How the picture lies in the frame of a tier.</summary>
/// <param name="Tier">The tier.</param>
/// <param name="Width">Of the frame, even.</param>
/// <param name="Height">Of the frame: the lines of the tier.</param>
/// <param name="PictureWidth">Of the picture in it, even, never more than the source has.</param>
/// <param name="PictureHeight">Of the picture in it, even, never more than the source has.</param>
internal sealed record TierFrame(QualityTier Tier, int Width, int Height, int PictureWidth, int PictureHeight)
{
    private const double Wide = 16d / 9;

    // A film that was cropped by a few lines still fills its tier.
    private const double Tolerance = 0.03;

    private static readonly (QualityTier Tier, int Lines)[] Tiers = [(QualityTier.P1080, 1080), (QualityTier.P720, 720), (QualityTier.P480, 480)];

    public bool HasBars => (Width, Height) != (PictureWidth, PictureHeight);

    /// <summary>Columns left of the picture; even, as colours are stored for two columns.</summary>
    public int Left => (Width - PictureWidth) / 4 * 2;

    /// <summary>Lines above the picture; even.</summary>
    public int Top => (Height - PictureHeight) / 4 * 2;

    /// <summary>
    /// The tiers that a picture fills, the highest first. The frame has the shape of the picture, but is never wider than 16:9: what is wider gets bars
    /// above and below. A tier is left out when the picture, at its own size, fills neither its width nor its height.
    /// </summary>
    /// <param name="width">Of the source as it is shown, in pixels.</param>
    /// <param name="height">Of the source as it is shown, in pixels.</param>
    public static IReadOnlyList<TierFrame> Of(int width, int height) =>
        [.. Tiers.Select(step => In(step.Tier, step.Lines, width, height)).Where(Fills)];

    /// <summary>The lowest tier with a small picture at its own size in the middle.</summary>
    public static TierFrame Padded(int width, int height) => In(Tiers[^1].Tier, Tiers[^1].Lines, width, height);

    private static bool Fills(TierFrame frame) =>
        frame.PictureWidth >= frame.Width * (1 - Tolerance) || frame.PictureHeight >= frame.Height * (1 - Tolerance);

    private static TierFrame In(QualityTier tier, int lines, int width, int height)
    {
        var shape = (double)width / height;
        var frame = shape > Wide ? Even(lines * Wide)
            : height >= lines ? Math.Min(Even(lines * shape), EvenBelow(width))
            : Even(lines * shape);
        var scale = Math.Min(1, Math.Min((double)frame / width, (double)lines / height));
        return new TierFrame(
            tier, frame, lines,
            Math.Min(frame, Math.Min(Even(width * scale), EvenBelow(width))),
            Math.Min(lines, Math.Min(Even(height * scale), EvenBelow(height))));
    }

    private static int Even(double value) => Math.Max(2, 2 * (int)Math.Round(value / 2, MidpointRounding.AwayFromZero));

    private static int EvenBelow(int value) => Math.Max(2, value / 2 * 2);
}
