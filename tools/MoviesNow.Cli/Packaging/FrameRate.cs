using System.Globalization;
using System.Runtime.InteropServices;

namespace MoviesNow.Cli.Packaging;

/// <summary>Frames a second as a fraction, such as 24000/1001.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FrameRate(int Numerator, int Denominator)
{
    private const double Tolerance = 0.005;
    private const double Highest = 60;
    private const double LowestKept = 23.9;

    // HLS Authoring Specification for Apple Devices 1.18.
    private static readonly FrameRate[] Natural =
        [new(24000, 1001), new(24, 1), new(25, 1), new(30000, 1001), new(30, 1), new(50, 1), new(60000, 1001), new(60, 1)];

    public double Value => (double)Numerator / Denominator;

    /// <summary>The rate as ffprobe writes it; null for <c>0/0</c> and whatever else is no rate.</summary>
    public static FrameRate? Parse(string? text)
    {
        var parts = (text ?? "").Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var denominator)
            && numerator > 0 && denominator > 0 ? new FrameRate(numerator, denominator) : null;
    }

    /// <summary>
    /// The constant rate that a source is encoded at, 23.9 to 60: its own, a whole multiple of a slow one, a whole part of a fast one. A source of
    /// variable rate gets the next natural rate above its average, so that frames are repeated rather than lost.
    /// </summary>
    /// <param name="source">The average rate of the source.</param>
    /// <param name="isVariable">Whether its frames last differently.</param>
    public static FrameRate ForOutput(FrameRate source, bool isVariable)
    {
        var rate = source;
        for (var part = 2; rate.Value > Highest * (1 + Tolerance); part++)
        {
            var denominator = source.Denominator * part;
            var common = (int)System.Numerics.BigInteger.GreatestCommonDivisor(source.Numerator, denominator);
            rate = new FrameRate(source.Numerator / common, denominator / common);
        }

        if (Near(rate.Value) is { } natural)
        {
            return natural;
        }

        if (isVariable)
        {
            return Natural.First(one => one.Value >= rate.Value);
        }

        if (rate.Value >= LowestKept)
        {
            return rate;
        }

        var multiples = Enumerable.Range(2, (int)(Highest / Math.Max(rate.Value, 1))).Select(times => Near(rate.Value * times));
        return multiples.FirstOrDefault(one => one is not null) ?? Natural.First(one => one.Value >= rate.Value);
    }

    public override string ToString() => Denominator == 1
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    private static FrameRate? Near(double rate)
    {
        var nearest = Natural.MinBy(one => Math.Abs(one.Value - rate));
        return Math.Abs(nearest.Value - rate) <= rate * Tolerance ? nearest : null;
    }
}
