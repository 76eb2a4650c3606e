using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Packaging;

namespace MoviesNow.Cli.Tests.Packaging;

public sealed class TierFrameTests
{
    private static readonly Arbitrary<(int Width, int Height)> Sizes =
        (from width in Gen.Choose(16, 4200) from height in Gen.Choose(16, 2400) select (width, height)).ToArbitrary();

    [Theory]
    // A picture of 16:9 fills its tiers.
    [InlineData(3840, 2160, "1920x1080 1280x720 854x480")]
    [InlineData(1920, 1080, "1920x1080 1280x720 854x480")]
    [InlineData(1280, 720, "1280x720 854x480")]
    // A wider one gets bars above and below.
    [InlineData(1920, 804, "1920x1080(1920x804) 1280x720(1280x536) 854x480(854x358)")]
    [InlineData(3840, 1080, "1920x1080(1920x540) 1280x720(1280x360) 854x480(854x240)")]
    // A narrower one keeps its shape.
    [InlineData(1080, 1920, "608x1080 406x720 270x480")]
    [InlineData(1440, 1080, "1440x1080 960x720 640x480")]
    [InlineData(768, 576, "640x480")]
    // Odd sizes become even, and are not made larger.
    [InlineData(1919, 1081, "1918x1080 1278x720 852x480")]
    [InlineData(853, 480, "852x480")]
    // A few lines that were cropped are filled up.
    [InlineData(1920, 1072, "1920x1080(1920x1072) 1280x720(1280x714) 854x480(854x476)")]
    [InlineData(1916, 796, "1920x1080(1916x796) 1280x720(1280x532) 854x480(854x354)")]
    // More than that are not.
    [InlineData(1800, 1000, "1280x720(1280x712) 854x480(854x474)")]
    [InlineData(640, 360, "")]
    [InlineData(640, 272, "")]
    [InlineData(720, 404, "")]
    public void Of_ASize_GivesTheTiersThatItFills(int width, int height, string expected) =>
        Assert.Equal(expected, string.Join(' ', TierFrame.Of(width, height).Select(Text)));

    [Fact]
    public void Padded_ASmallPicture_IsInTheMiddleAtItsOwnSize()
    {
        var frame = TierFrame.Padded(640, 360);

        Assert.Equal("854x480(640x360)", Text(frame));
        Assert.Equal((106, 60), (frame.Left, frame.Top));
    }

    [Fact]
    public void Of_AnySize_KeepsTheRulesOfTiers() => Prop.ForAll(Sizes, size =>
    {
        var lines = new Dictionary<QualityTier, int> { [QualityTier.P1080] = 1080, [QualityTier.P720] = 720, [QualityTier.P480] = 480 };
        var frames = TierFrame.Of(size.Width, size.Height);
        return frames.All(frame => frame.Height == lines[frame.Tier])
            && frames.Select(frame => frame.Height).SequenceEqual(frames.Select(frame => frame.Height).OrderDescending())
            && frames.Append(TierFrame.Padded(size.Width, size.Height)).All(frame => IsSound(frame, size));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_AnySize_KeepsTheShapeOfThePicture() => Prop.ForAll(Sizes, size =>
        TierFrame.Of(size.Width, size.Height).All(frame =>
        {
            // Even numbers are up to a pixel away.
            var shape = (double)size.Width / size.Height;
            return Math.Abs(frame.PictureWidth - (frame.PictureHeight * shape)) <= 2 + (2 * shape);
        })).QuickCheckThrowOnFailure();

    private static bool IsSound(TierFrame frame, (int Width, int Height) size) =>
        frame is { Width: > 0, PictureWidth: > 0, PictureHeight: > 0 }
        && new[] { frame.Width, frame.Height, frame.PictureWidth, frame.PictureHeight, frame.Left, frame.Top }.All(value => value % 2 == 0)
        && frame.PictureWidth <= size.Width && frame.PictureHeight <= size.Height
        && frame.Left >= 0 && frame.Top >= 0 && frame.Left + frame.PictureWidth <= frame.Width && frame.Top + frame.PictureHeight <= frame.Height
        && frame.Width <= 1 + (frame.Height * 16d / 9);

    private static string Text(TierFrame frame) =>
        frame.HasBars ? $"{frame.Width}x{frame.Height}({frame.PictureWidth}x{frame.PictureHeight})" : $"{frame.Width}x{frame.Height}";
}
