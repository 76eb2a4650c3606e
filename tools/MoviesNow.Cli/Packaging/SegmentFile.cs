using System.Buffers.Binary;

namespace MoviesNow.Cli.Packaging;

/// <summary>A segment or an initialization section that ffmpeg wrote.</summary>
internal static class SegmentFile
{
    private const int PacketBytes = 188;
    private const int BoxHeader = 8;
    private const int LargeBoxHeader = 16;

    /// <summary>
    /// Whether all of it is there: of MPEG-TS whole packets (ISO/IEC 13818-1 2.4.3.2), of MP4 boxes that end where the file does (ISO/IEC 14496-12 4.2).
    /// </summary>
    public static bool IsWhole(string path)
    {
        using var file = File.OpenRead(path);
        if (string.Equals(Path.GetExtension(path), ".ts", StringComparison.Ordinal))
        {
            return file.Length > 0 && file.Length % PacketBytes == 0;
        }

        var at = 0L;
        while (at < file.Length)
        {
            var size = SizeOfBox(file, at);
            if (size < BoxHeader)
            {
                return false;
            }

            at += size;
        }

        return at > 0 && at == file.Length;
    }

    /// <returns>0 when there is no whole header.</returns>
    private static long SizeOfBox(FileStream file, long at)
    {
        Span<byte> header = stackalloc byte[LargeBoxHeader];
        file.Position = at;
        var read = file.ReadAtLeast(header, LargeBoxHeader, throwOnEndOfStream: false);
        return read < BoxHeader ? 0 : BinaryPrimitives.ReadUInt32BigEndian(header) switch
        {
            // The size stands behind the type.
            1 => read < LargeBoxHeader ? 0 : BinaryPrimitives.ReadInt64BigEndian(header[BoxHeader..]),
            var size => size,
        };
    }
}
