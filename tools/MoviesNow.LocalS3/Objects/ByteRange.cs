using System.Globalization;

namespace MoviesNow.LocalS3.Objects;

/// <summary>A run of bytes of an object.</summary>
internal sealed record ByteRange(long Offset, long Length)
{
    public string ContentRange(long size) => $"bytes {Offset}-{Offset + Length - 1}/{size}";

    /// <param name="header">The Range header, if any.</param>
    /// <param name="size">Of the object.</param>
    /// <param name="range">The range asked for, or the whole object when none is asked for or the header is not a single byte range, which S3 ignores.</param>
    /// <returns>Whether the object has any byte of the range.</returns>
    public static bool TryParse(string? header, long size, out ByteRange? range)
    {
        range = null;
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            return true;
        var spec = header["bytes=".Length..].Trim();
        var dash = spec.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !TryNumber(spec[..dash], out var first) || !TryNumber(spec[(dash + 1)..], out var last) || (first is null && last is null))
            return true;

        if (first is null)
        {
            var length = Math.Min(last!.Value, size);
            range = new ByteRange(size - length, length);
            return length > 0;
        }

        if (last < first)
            return true;
        if (first >= size)
            return false;
        range = new ByteRange(first.Value, Math.Min(last ?? (size - 1), size - 1) - first.Value + 1);
        return true;
    }

    private static bool TryNumber(string text, out long? number)
    {
        number = null;
        if (text.Length == 0)
            return true;
        var ok = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        number = value;
        return ok;
    }
}
