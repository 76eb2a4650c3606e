namespace MoviesNow.Cli.Packaging;

/// <summary>Codecs as RFC 6381 writes them, read from what was encoded.</summary>
internal static class CodecStrings
{
    private const byte SequenceParameters = 7;
    private const byte TypeBits = 0x1F;

    /// <summary>The AAC of this encoder is always of low complexity (ISO/IEC 14496-3, object type 2).</summary>
    public const string Aac = "mp4a.40.2";

    /// <summary>
    /// Profile, constraints and level of H.264, such as <c>avc1.640028</c>: from the box <c>avcC</c> of an initialization section (ISO/IEC 14496-15
    /// 5.3.3.1), else from the first sequence parameter set of a stream (ITU-T H.264, Annex B).
    /// </summary>
    /// <returns>Null when there is neither.</returns>
    public static string? Avc(ReadOnlySpan<byte> head)
    {
        // The box has a version before the three bytes.
        if (head.IndexOf("avcC"u8) is var box and >= 0 && box + 8 <= head.Length)
        {
            return Text(head.Slice(box + 5, 3));
        }

        for (var i = 0; i + 7 <= head.Length; i++)
        {
            if (head[i..].StartsWith((ReadOnlySpan<byte>)[0, 0, 1]) && (head[i + 3] & TypeBits) == SequenceParameters)
            {
                return Text(head.Slice(i + 4, 3));
            }
        }

        return null;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => $"avc1.{Convert.ToHexStringLower(bytes)}";
}
