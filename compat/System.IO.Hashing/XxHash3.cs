using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

/// <summary>
/// XXH3, 64 bits, as the xxHash fast digest algorithm's public specification defines it: four formulas by length
/// (0–16, 17–128, 129–240, longer). Not a cryptographic hash.
/// </summary>
public static class XxHash3
{
    private const ulong Prime32X1 = 0x9E3779B1;
    private const ulong Prime32X2 = 0x85EBCA77;
    private const ulong Prime32X3 = 0xC2B2AE3D;
    private const ulong Prime64X1 = 0x9E3779B185EBCA87;
    private const ulong Prime64X2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime64X3 = 0x165667B19E3779F9;
    private const ulong Prime64X4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime64X5 = 0x27D4EB2F165667C5;
    private const ulong PrimeMx1 = 0x165667919E3779F9;
    private const ulong PrimeMx2 = 0x9FB21C651E98DF25;

    private static ReadOnlySpan<byte> Secret =>
    [
        0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
        0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
        0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
        0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
        0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
        0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
        0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
        0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
        0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
        0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
        0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
        0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
    ];

    /// <summary>The 64-bit hash of the data under a seed.</summary>
    public static ulong HashToUInt64(ReadOnlySpan<byte> source, long seed = 0) => source.Length switch
    {
        <= 16 => UpTo16(source, (ulong)seed),
        <= 128 => UpTo128(source, (ulong)seed),
        <= 240 => UpTo240(source, (ulong)seed),
        _ => XxHash3Long.Hash(source, (ulong)seed, Secret),
    };

    private static ulong UpTo16(ReadOnlySpan<byte> data, ulong seed)
    {
        switch (data.Length)
        {
            case > 8:
                {
                    var low = Read64(data, 0) ^ ((Read64(Secret, 24) ^ Read64(Secret, 32)) + seed);
                    var high = Read64(data, data.Length - 8) ^ ((Read64(Secret, 40) ^ Read64(Secret, 48)) - seed);
                    return Avalanche((ulong)data.Length + BinaryPrimitives.ReverseEndianness(low) + high + Fold(low, high));
                }

            case >= 4:
                {
                    seed ^= (ulong)BinaryPrimitives.ReverseEndianness((uint)seed) << 32;
                    var value = (Read64(Secret, 8) ^ Read64(Secret, 16)) - seed;
                    value ^= Read32(data, data.Length - 4) + ((ulong)Read32(data, 0) << 32);
                    value ^= BitOperations.RotateLeft(value, 49) ^ BitOperations.RotateLeft(value, 24);
                    value *= PrimeMx2;
                    value ^= (value >> 35) + (ulong)data.Length;
                    value *= PrimeMx2;
                    return value ^ (value >> 28);
                }

            case > 0:
                {
                    var combined = ((uint)data[0] << 16) | ((uint)data[data.Length >> 1] << 24) | data[^1] | ((uint)data.Length << 8);
                    return Avalanche64((Read32(Secret, 0) ^ Read32(Secret, 4)) + seed ^ combined);
                }

            default:
                return Avalanche64(seed ^ Read64(Secret, 56) ^ Read64(Secret, 64));
        }
    }

    private static ulong UpTo128(ReadOnlySpan<byte> data, ulong seed)
    {
        var sum = (ulong)data.Length * Prime64X1;
        for (var i = (data.Length - 1) / 32; i >= 0; i--)
        {
            sum += Mix16(data, i * 16, i * 32, seed);
            sum += Mix16(data, data.Length - (16 * (i + 1)), (i * 32) + 16, seed);
        }

        return Avalanche(sum);
    }

    private static ulong UpTo240(ReadOnlySpan<byte> data, ulong seed)
    {
        var sum = (ulong)data.Length * Prime64X1;
        for (var i = 0; i < 8; i++)
            sum += Mix16(data, i * 16, i * 16, seed);
        sum = Avalanche(sum);
        for (var i = 8; i < data.Length / 16; i++)
            sum += Mix16(data, i * 16, ((i - 8) * 16) + 3, seed);
        sum += Mix16(data, data.Length - 16, 119, seed);
        return Avalanche(sum);
    }

    private static ulong Mix16(ReadOnlySpan<byte> data, int offset, int secretOffset, ulong seed) => Fold(
        Read64(data, offset) ^ (Read64(Secret, secretOffset) + seed),
        Read64(data, offset + 8) ^ (Read64(Secret, secretOffset + 8) - seed));

    internal static ulong Read64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);

    private static uint Read32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    internal static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    internal static ulong Avalanche(ulong hash)
    {
        hash ^= hash >> 37;
        hash *= PrimeMx1;
        return hash ^ (hash >> 32);
    }

    private static ulong Avalanche64(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= Prime64X2;
        hash ^= hash >> 29;
        hash *= Prime64X3;
        return hash ^ (hash >> 32);
    }

    /// <summary>The eight initial accumulators of long inputs.</summary>
    internal static ReadOnlySpan<ulong> Initial =>
        [Prime32X3, Prime64X1, Prime64X2, Prime64X3, Prime64X4, Prime32X2, Prime64X5, Prime32X1];
}
