using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MoviesNow.LocalS3.Checksums;

/// <summary>
/// A bit-reflected CRC of up to 64 bits whose initial and final masks are all ones: CRC-32, CRC-32C and CRC-64/NVME all are.
/// Eight bytes are folded at a time by eight tables, and values of adjacent ranges combine without their bytes.
/// </summary>
internal sealed class CrcTable
{
    private static readonly CrcTable Crc32 = new(32, 0xEDB88320);
    private static readonly CrcTable Crc32C = new(32, 0x82F63B78);
    private static readonly CrcTable Crc64Nvme = new(64, 0x9A6C9329AC4BC9B5);

    private readonly ulong _polynomial;
    private readonly ulong[][] _tables;

    private CrcTable(int width, ulong polynomial)
    {
        (Width, _polynomial) = (width, polynomial);
        Mask = ulong.MaxValue >> (64 - width);
        _tables = BuildTables(polynomial);
    }

    public int Width { get; }

    public ulong Mask { get; }

    public static CrcTable For(ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => Crc32,
        ChecksumAlgorithm.Crc32C => Crc32C,
        ChecksumAlgorithm.Crc64Nvme => Crc64Nvme,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Not a cyclic redundancy check."),
    };

    public ulong Update(ulong state, ReadOnlySpan<byte> bytes)
    {
        ulong[] t0 = _tables[0], t1 = _tables[1], t2 = _tables[2], t3 = _tables[3];
        ulong[] t4 = _tables[4], t5 = _tables[5], t6 = _tables[6], t7 = _tables[7];
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var raw in words)
        {
            var word = state ^ (BitConverter.IsLittleEndian ? raw : BinaryPrimitives.ReverseEndianness(raw));
            state = t7[(byte)word] ^ t6[(byte)(word >> 8)] ^ t5[(byte)(word >> 16)] ^ t4[(byte)(word >> 24)]
                ^ t3[(byte)(word >> 32)] ^ t2[(byte)(word >> 40)] ^ t1[(byte)(word >> 48)] ^ t0[(byte)(word >> 56)];
        }

        foreach (var b in bytes[(words.Length * 8)..])
            state = (state >> 8) ^ t0[(byte)state ^ b];
        return state;
    }

    /// <summary>The value of two ranges one after the other: the first is moved up by the second's length, modulo the polynomial.</summary>
    public ulong Combine(ulong first, ulong second, long secondLength) => Multiply(PowerOfX((ulong)secondLength * 8), first) ^ second;

    public static string ToBase64(ulong value, int width)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Convert.ToBase64String(bytes[(8 - (width / 8))..]);
    }

    public static ulong FromBase64(string text)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        var value = Convert.FromBase64String(text);
        value.CopyTo(bytes[(8 - value.Length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    // In the reflected form the highest bit is x^0, and multiplying by x shifts right.
    private ulong PowerOfX(ulong exponent)
    {
        var result = 1UL << (Width - 1);
        for (var square = 1UL << (Width - 2); exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
                result = Multiply(square, result);
            square = Multiply(square, square);
        }

        return result;
    }

    private ulong Multiply(ulong a, ulong b)
    {
        var product = 0UL;
        for (var bit = 1UL << (Width - 1); bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
                product ^= b;
            b = (b & 1) == 0 ? b >> 1 : (b >> 1) ^ _polynomial;
        }

        return product;
    }

    private static ulong[][] BuildTables(ulong polynomial)
    {
        var tables = Enumerable.Range(0, 8).Select(_ => new ulong[256]).ToArray();
        for (var i = 0; i < 256; i++)
        {
            var value = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ polynomial;
            tables[0][i] = value;
        }

        for (var table = 1; table < 8; table++)
        {
            for (var i = 0; i < 256; i++)
            {
                var previous = tables[table - 1][i];
                tables[table][i] = (previous >> 8) ^ tables[0][(byte)previous];
            }
        }

        return tables;
    }
}
