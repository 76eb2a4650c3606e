using System.Globalization;

namespace MoviesNow.Cli.Packaging;

/// <summary>The arguments of ffmpeg for pictures. They are taken from a tier that is made already, where colours, pixels and fields are right.</summary>
internal static class PictureArguments
{
    /// <summary>Columns and rows of a sprite.</summary>
    public const int Grid = 10;

    /// <summary>Width of a thumbnail in pixels.</summary>
    public const int ThumbnailWidth = 160;

    // So many frames are compared for one that is typical: neither black nor in the middle of a cut.
    private const int Candidates = 48;

    /// <summary>A frame of the film without its bars. ffmpeg runs in the folder of the tier.</summary>
    /// <param name="playlist">The playlist of the tier.</param>
    /// <param name="frame">The tier.</param>
    /// <param name="at">The segment of this moment has the frame.</param>
    /// <param name="file">The JPEG to write.</param>
    public static IReadOnlyList<string> Still(MediaPlaylistFile playlist, TierFrame frame, TimeSpan at, string file) =>
        Picture(playlist, at, $"{Crop(frame)},thumbnail=n={Candidates}", file);

    /// <summary>The middle of a frame in the shape of a poster, 2:3.</summary>
    public static IReadOnlyList<string> Poster(MediaPlaylistFile playlist, TierFrame frame, TimeSpan at, string file) =>
        Picture(playlist, at, $"{Crop(frame)},thumbnail=n={Candidates},crop=min(iw\\,floor(ih/3)*2):min(ih\\,floor(iw/2)*3)", file);

    /// <summary>The cover that is embedded in the source.</summary>
    public static IReadOnlyList<string> Cover(string source, int index, string file) =>
        [.. VideoArguments.Source(source), "-map", $"0:{index}", "-frames:v", "1", "-q:v", "2", "-pix_fmt", "yuvj420p", "-update", "1", file];

    /// <summary>Sprites of thumbnails: of each interval the first key frame, so that nothing else is decoded.</summary>
    public static IReadOnlyList<string> Thumbnails(string playlist, TierFrame frame, int seconds)
    {
        var first = string.Create(CultureInfo.InvariantCulture, $"select=isnan(prev_selected_t)+gt(floor(t/{seconds})\\,floor(prev_selected_t/{seconds}))");
        var filter = $"{first},{Crop(frame)},scale={ThumbnailWidth}:{ThumbnailHeight(frame)},tile={Grid}x{Grid}";
        return ["-skip_frame", "nokey", "-i", playlist, "-an", "-vf", filter, "-vsync", "passthrough", "-q:v", "4", "-pix_fmt", "yuvj420p", "sprite_%03d.jpg"];
    }

    /// <summary>Height of a thumbnail in pixels, even.</summary>
    public static int ThumbnailHeight(TierFrame frame) =>
        Math.Max(2, 2 * (int)Math.Round(ThumbnailWidth * (double)frame.PictureHeight / frame.PictureWidth / 2));

    private static string Crop(TierFrame frame) => $"crop={frame.PictureWidth}:{frame.PictureHeight}:{frame.Left}:{frame.Top}";

    // The demuxer of HLS does not seek in fragmented MP4, but a segment after its initialization section is a film of its own.
    private static IReadOnlyList<string> Picture(MediaPlaylistFile playlist, TimeSpan at, string filter, string file)
    {
        var segment = playlist.SegmentAt(at);
        return
        [
            "-i", playlist.Map is { } map ? $"concat:{map}|{segment}" : segment,
            "-frames:v", "1", "-vf", filter, "-q:v", "2", "-pix_fmt", "yuvj420p", "-update", "1", file,
        ];
    }
}
