using System.Buffers.Binary;

namespace System.IO.Hashing;

/// <summary>XXH3 of inputs beyond 240 bytes: stripes of 64 bytes into eight accumulators, scrambled after each block.</summary>
internal static class XxHash3Long
{
    private const int StripeLength = 64;
    private const int SecretStep = 8;
    private const uint ScramblePrime = 0x9E3779B1;

    public static ulong Hash(ReadOnlySpan<byte> data, ulong seed, ReadOnlySpan<byte> baseSecret)
    {
        Span<byte> secret = stackalloc byte[192];
        Derive(baseSecret, seed, secret);
        Span<ulong> sums = stackalloc ulong[8];
        XxHash3.Initial.CopyTo(sums);

        var stripesPerBlock = (secret.Length - StripeLength) / SecretStep;
        var stripes = (data.Length - 1) / StripeLength;
        for (var i = 0; i < stripes; i++)
        {
            var inBlock = i % stripesPerBlock;
            Accumulate(sums, data.Slice(i * StripeLength, StripeLength), secret[(inBlock * SecretStep)..]);
            if (inBlock == stripesPerBlock - 1)
                Scramble(sums, secret[^StripeLength..]);
        }

        // The last stripe ends with the input and so may overlap the one before.
        Accumulate(sums, data[^StripeLength..], secret[(secret.Length - StripeLength - 7)..]);

        var result = (ulong)data.Length * XxHash3.Initial[1];
        for (var i = 0; i < 4; i++)
            result += XxHash3.Fold(sums[2 * i] ^ XxHash3.Read64(secret, 11 + (16 * i)), sums[(2 * i) + 1] ^ XxHash3.Read64(secret, 19 + (16 * i)));
        return XxHash3.Avalanche(result);
    }

    private static void Derive(ReadOnlySpan<byte> from, ulong seed, Span<byte> to)
    {
        for (var i = 0; i < to.Length; i += 16)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to[i..], XxHash3.Read64(from, i) + seed);
            BinaryPrimitives.WriteUInt64LittleEndian(to[(i + 8)..], XxHash3.Read64(from, i + 8) - seed);
        }
    }

    private static void Accumulate(Span<ulong> sums, ReadOnlySpan<byte> stripe, ReadOnlySpan<byte> secret)
    {
        for (var i = 0; i < 8; i++)
        {
            var value = XxHash3.Read64(stripe, i * 8);
            var key = value ^ XxHash3.Read64(secret, i * 8);
            sums[i ^ 1] += value;
            sums[i] += (uint)key * (key >> 32);
        }
    }

    private static void Scramble(Span<ulong> sums, ReadOnlySpan<byte> secret)
    {
        for (var i = 0; i < 8; i++)
        {
            sums[i] ^= sums[i] >> 47;
            sums[i] ^= XxHash3.Read64(secret, i * 8);
            sums[i] *= ScramblePrime;
        }
    }
}
