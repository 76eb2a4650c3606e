using System.Globalization;
using System.Text;

namespace MoviesNow.Cli.Packaging;

/// <summary>Writes subtitles as a media playlist with its segments.</summary>
internal static class SubtitleFiles
{
    /// <param name="folder">Where to.</param>
    /// <param name="cues">What is shown.</param>
    /// <param name="length">The length of the film.</param>
    /// <param name="offset">The time that the picture's clock shows when the film begins.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task WriteAsync(string folder, IReadOnlyList<Cue> cues, TimeSpan length, TimeSpan offset, CancellationToken cancellationToken)
    {
        var step = TimeSpan.FromSeconds(WebVtt.SegmentSeconds);
        var playlist = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:3\n");
        playlist.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{Math.Ceiling(Math.Min(step.TotalSeconds, length.TotalSeconds)):0}\n");
        playlist.Append("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n");
        var number = 0;
        for (var start = TimeSpan.Zero; start < length; start += step, number++)
        {
            var end = start + step < length ? start + step : length;
            var name = string.Create(CultureInfo.InvariantCulture, $"seg_{number:00000}.vtt");
            await File.WriteAllTextAsync(Path.Combine(folder, name), WebVtt.Segment(cues, start, end, offset), cancellationToken);
            playlist.Append(CultureInfo.InvariantCulture, $"#EXTINF:{(end - start).TotalSeconds:0.000},\n{name}\n");
        }

        playlist.Append("#EXT-X-ENDLIST\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "index.m3u8"), playlist.ToString(), cancellationToken);
    }
}
