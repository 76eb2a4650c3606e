using System.Globalization;
using System.Text.RegularExpressions;

namespace MoviesNow.Cli.Packaging;

/// <summary>A media playlist that ffmpeg wrote, with the sizes of its segments.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="TargetDuration">In seconds.</param>
/// <param name="Map">The initialization section; null when there is none.</param>
/// <param name="Segments">Seconds and bytes of each, and its file.</param>
/// <param name="IsComplete">Whether it says that it has all segments.</param>
internal sealed partial record MediaPlaylistFile(
    string Path, int TargetDuration, string? Map, IReadOnlyList<(double Seconds, long Bytes, string File)> Segments, bool IsComplete)
{
    private const string Duration = "#EXTINF:";
    private const string Target = "#EXT-X-TARGETDURATION:";
    private const int BitsOfByte = 8;

    public TimeSpan Length => TimeSpan.FromSeconds(Segments.Sum(segment => segment.Seconds));

    /// <summary>Average bits a second of all segments (RFC 8216 4.1).</summary>
    public long AverageBandwidth => (long)Math.Ceiling(Segments.Sum(segment => (double)segment.Bytes) * BitsOfByte / Length.TotalSeconds);

    /// <summary>Bytes of the playlist and all that it names.</summary>
    public long Bytes => new FileInfo(Path).Length + Segments.Sum(segment => segment.Bytes) + (Map is null ? 0 : new FileInfo(Beside(Map)).Length);

    /// <summary>
    /// Peak bits a second: those of the heaviest run of segments that lasts 0.5 to 1.5 target durations (RFC 8216 4.1); the average when no run does.
    /// </summary>
    public long PeakBandwidth
    {
        get
        {
            var peak = 0d;
            for (var first = 0; first < Segments.Count; first++)
            {
                var (seconds, bytes) = (0d, 0d);
                for (var last = first; last < Segments.Count && seconds + Segments[last].Seconds <= 1.5 * TargetDuration; last++)
                {
                    seconds += Segments[last].Seconds;
                    bytes += Segments[last].Bytes;
                    peak = seconds >= 0.5 * TargetDuration ? Math.Max(peak, bytes * BitsOfByte / seconds) : peak;
                }
            }

            return Math.Max((long)Math.Ceiling(peak), AverageBandwidth);
        }
    }

    /// <summary>Reads a playlist and looks at its segments.</summary>
    /// <exception cref="IOException">A file is missing.</exception>
    public static MediaPlaylistFile Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var folder = System.IO.Path.GetDirectoryName(path)!;
        var (target, map, seconds) = (0, default(string), 0d);
        var segments = new List<(double, long, string)>();
        foreach (var line in lines)
        {
            if (line.StartsWith(Duration, StringComparison.Ordinal))
            {
                seconds = double.Parse(line[Duration.Length..].TrimEnd(','), CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith(Target, StringComparison.Ordinal))
            {
                target = int.Parse(line[Target.Length..], CultureInfo.InvariantCulture);
            }
            else if (MapUri().Match(line) is { Success: true } found)
            {
                map = found.Groups["uri"].Value;
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                segments.Add((seconds, new FileInfo(System.IO.Path.Combine(folder, line)).Length, line));
            }
        }

        return new MediaPlaylistFile(path, target, map, segments, lines.Contains("#EXT-X-ENDLIST"));
    }

    /// <summary>The segment that is played at a moment; the last one after the end.</summary>
    public string SegmentAt(TimeSpan at)
    {
        var end = 0d;
        foreach (var (seconds, _, file) in Segments)
        {
            end += seconds;
            if (at.TotalSeconds < end)
            {
                return file;
            }
        }

        return Segments[^1].File;
    }

    /// <summary>A file of the same folder.</summary>
    public string Beside(string name) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, name);

    /// <summary>The first bytes that tell the codec: the initialization section, or the first segment.</summary>
    public byte[] Head()
    {
        using var file = File.OpenRead(Beside(Map ?? Segments[0].File));
        var bytes = new byte[Math.Min(file.Length, 1 << 20)];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Writes another target duration, which all renditions must have in common (RFC 8216bis 6.2.4). The file keeps its size.</summary>
    public MediaPlaylistFile WithTarget(int seconds)
    {
        if (seconds == TargetDuration)
        {
            return this;
        }

        var text = File.ReadAllText(Path).Replace($"{Target}{TargetDuration}\n", $"{Target}{seconds}\n", StringComparison.Ordinal);
        File.WriteAllText(Path + ".part", text);
        File.Move(Path + ".part", Path, overwrite: true);
        return this with { TargetDuration = seconds };
    }

    [GeneratedRegex("^#EXT-X-MAP:URI=\"(?<uri>[^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex MapUri();
}
