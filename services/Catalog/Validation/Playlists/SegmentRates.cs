namespace MoviesNow.Catalog.Validation.Playlists;

/// <summary>Bit rates of segments, as RFC 8216bis 4.1 defines them.</summary>
internal static class SegmentRates
{
    private const int BitsOfByte = 8;

    // Thousands of very short segments would make a window for each pair of them.
    private const int MaxSteps = 5_000_000;

    /// <summary>Bits a second of all segments together; null without a duration.</summary>
    public static double? Average(IReadOnlyList<(double Seconds, long Bytes)> segments)
    {
        var seconds = segments.Sum(segment => segment.Seconds);
        return seconds > 0 ? segments.Sum(segment => (double)segment.Bytes) * BitsOfByte / seconds : null;
    }

    /// <summary>
    /// Bits a second of the heaviest run of segments that lasts 0.5 to 1.5 target durations, or of all segments when no run does; null without a
    /// duration, and when looking for the run would take too long.
    /// </summary>
    public static double? Peak(IReadOnlyList<(double Seconds, long Bytes)> segments, int targetDuration)
    {
        double? peak = null;
        var steps = 0;
        for (var first = 0; first < segments.Count; first++)
        {
            var (seconds, bytes) = (0d, 0d);
            for (var last = first; last < segments.Count; last++)
            {
                if (++steps > MaxSteps)
                {
                    return null;
                }

                seconds += segments[last].Seconds;
                bytes += segments[last].Bytes;
                if (seconds > 1.5 * targetDuration)
                {
                    break;
                }

                if (seconds > 0 && seconds >= 0.5 * targetDuration)
                {
                    peak = Math.Max(peak ?? 0, bytes * BitsOfByte / seconds);
                }
            }
        }

        return peak ?? Average(segments);
    }
}
