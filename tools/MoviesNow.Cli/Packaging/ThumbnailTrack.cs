using System.Globalization;

namespace MoviesNow.Cli.Packaging;

/// <summary>
/// The thumbnails of a film as WebVTT whose cues name parts of pictures (Media Fragments URI, <c>#xywh=</c>): the one format that Shaka, video.js, JW Player
/// and most pages for hls.js read, and that needs nothing in the multivariant playlist.
/// </summary>
internal static class ThumbnailTrack
{
    /// <param name="length">The length of the film.</param>
    /// <param name="seconds">Each thumbnail stands for so many seconds; the last one for what is left too.</param>
    /// <param name="frame">The tier that they were taken from.</param>
    public static string Of(TimeSpan length, int seconds, TierFrame frame)
    {
        var count = Math.Max(1, (int)(length.TotalSeconds / seconds));
        var height = PictureArguments.ThumbnailHeight(frame);
        return WebVtt.File(Enumerable.Range(0, count).Select(number =>
        {
            var (sprite, place) = Math.DivRem(number, PictureArguments.Grid * PictureArguments.Grid);
            var (row, column) = Math.DivRem(place, PictureArguments.Grid);
            return new Cue(
                TimeSpan.FromSeconds((double)number * seconds),
                number == count - 1 ? length : TimeSpan.FromSeconds((double)(number + 1) * seconds),
                "",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"sprite_{sprite + 1:000}.jpg#xywh={column * PictureArguments.ThumbnailWidth},{row * height},{PictureArguments.ThumbnailWidth},{height}"));
        }));
    }
}
