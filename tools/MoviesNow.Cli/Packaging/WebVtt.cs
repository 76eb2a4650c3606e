using System.Globalization;
using System.Text;

namespace MoviesNow.Cli.Packaging;

/// <summary>A cue: what is shown from one moment to another.</summary>
/// <param name="Start">First moment.</param>
/// <param name="End">First moment after it.</param>
/// <param name="Settings">Where it is shown; empty for the usual place.</param>
/// <param name="Text">One or more lines.</param>
internal sealed record Cue(TimeSpan Start, TimeSpan End, string Settings, string Text);

/// <summary>WebVTT files (W3C), and their segments in HLS (RFC 8216bis 3.1.4).</summary>
internal static class WebVtt
{
    /// <summary>Seconds of a segment of subtitles; of VOD they may differ from those of the picture (RFC 8216bis 6.2.4).</summary>
    public const int SegmentSeconds = 60;

    private const int ClockHertz = 90_000;
    private const string Arrow = "-->";

    /// <summary>The cues of a file, in its order. What is no cue is passed over.</summary>
    public static IReadOnlyList<Cue> Read(string file)
    {
        var cues = new List<Cue>();
        foreach (var block in file.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var at = Array.FindIndex(lines, line => line.Contains(Arrow, StringComparison.Ordinal));
            if (at is 0 or 1 && at + 1 < lines.Length && Times(lines[at]) is var (start, end, settings) && end > start)
            {
                cues.Add(new Cue(start, end, settings, string.Join('\n', lines[(at + 1)..])));
            }
        }

        return cues;
    }

    /// <summary>
    /// One segment: every cue that is shown in it, with its whole time, so that a player that begins here shows it. Its clock is tied to that of the
    /// picture.
    /// </summary>
    /// <param name="cues">The cues of all segments.</param>
    /// <param name="start">Where the segment begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="offset">The time that the picture's clock shows when the film begins.</param>
    public static string Segment(IReadOnlyList<Cue> cues, TimeSpan start, TimeSpan end, TimeSpan offset)
    {
        var text = new StringBuilder("WEBVTT\n");
        text.Append(CultureInfo.InvariantCulture, $"X-TIMESTAMP-MAP=MPEGTS:{Math.Round(offset.TotalSeconds * ClockHertz):0},LOCAL:00:00:00.000\n");
        foreach (var cue in cues.Where(cue => cue.Start < end && cue.End > start))
        {
            Append(text, cue);
        }

        return text.ToString();
    }

    /// <summary>A whole file.</summary>
    public static string File(IEnumerable<Cue> cues)
    {
        var text = new StringBuilder("WEBVTT\n");
        foreach (var cue in cues)
        {
            Append(text, cue);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Cue cue)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{Time(cue.Start)} {Arrow} {Time(cue.End)}");
        text.Append(cue.Settings.Length > 0 ? " " : "").Append(cue.Settings).Append('\n').Append(cue.Text).Append('\n');
    }

    private static string Time(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}.{time.Milliseconds:000}");

    private static (TimeSpan Start, TimeSpan End, string Settings)? Times(string line)
    {
        var parts = line.Split(Arrow, 2);
        var after = parts[1].Trim().Split(' ', 2, StringSplitOptions.TrimEntries);
        return Time(parts[0].Trim()) is { } start && Time(after[0]) is { } end ? (start, end, after.Length > 1 ? after[1] : "") : null;
    }

    private static TimeSpan? Time(string text)
    {
        var parts = text.Split(':');
        return parts.Length is 2 or 3
            && double.TryParse(parts[^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && int.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            && (parts.Length == 2 || int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? TimeSpan.FromSeconds(Math.Round(seconds, 3)) + TimeSpan.FromMinutes(minutes)
                + TimeSpan.FromHours(parts.Length == 3 ? int.Parse(parts[0], CultureInfo.InvariantCulture) : 0)
            : null;
    }
}
