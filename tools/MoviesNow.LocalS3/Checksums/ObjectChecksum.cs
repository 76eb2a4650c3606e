namespace MoviesNow.LocalS3.Checksums;

/// <summary>A checksum kept with an object or part.</summary>
/// <param name="Algorithm">How it was calculated.</param>
/// <param name="Type">What it covers.</param>
/// <param name="Value">Base64; a composite ends in <c>-N</c>, the number of parts.</param>
internal sealed record ObjectChecksum(ChecksumAlgorithm Algorithm, ChecksumType Type, string Value)
{
    /// <summary>The checksum of an object from those of its parts, without reading them again.</summary>
    /// <param name="algorithm">Of every part's value.</param>
    /// <param name="type">Full object needs a CRC: only those combine.</param>
    /// <param name="parts">Values and lengths in order.</param>
    public static ObjectChecksum OfParts(ChecksumAlgorithm algorithm, ChecksumType type, IReadOnlyList<(string Value, long Length)> parts)
    {
        if (type == ChecksumType.Composite)
        {
            using var composite = Checksum.Create(algorithm);
            foreach (var (value, _) in parts)
                composite.Append(Convert.FromBase64String(value));
            return new ObjectChecksum(algorithm, type, $"{composite.Finish()}-{parts.Count}");
        }

        var table = CrcTable.For(algorithm);
        var whole = CrcTable.FromBase64(parts[0].Value);
        foreach (var (value, length) in parts.Skip(1))
            whole = table.Combine(whole, CrcTable.FromBase64(value), length);
        return new ObjectChecksum(algorithm, type, CrcTable.ToBase64(whole, table.Width));
    }
}
