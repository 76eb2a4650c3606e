using System.IO.Hashing;

namespace Compat.Redis.Tests;

public sealed class XxHash3Tests
{
    private const ulong Prime64 = 0x9E3779B185EBCA8D;

    /// <summary>The sanity vectors published with the algorithm: length, hash without seed, hash with seed 0x9E3779B185EBCA8D.</summary>
    [Theory]
    [InlineData(0, 0x2D06800538D394C2, 0xA8A6B918B2F0364A)]
    [InlineData(1, 0xC44BDFF4074EECDB, 0x032BE332DD766EF8)]
    [InlineData(6, 0x27B56A84CD2D7325, 0x84589C116AB59AB9)]
    [InlineData(12, 0xA713DAF0DFBB77E7, 0xE7303E1B2336DE0E)]
    [InlineData(24, 0xA3FE70BF9D3510EB, 0x850E80FC35BDD690)]
    [InlineData(48, 0x397DA259ECBA1F11, 0xADC2CBAA44ACC616)]
    [InlineData(80, 0xBCDEFBBB2C47C90A, 0xC6DD0CB699532E73)]
    [InlineData(195, 0xCD94217EE362EC3A, 0xBA68003D370CB3D9)]
    [InlineData(403, 0xCDEB804D65C6DEA4, 0x6259F6ECFD6443FD)]
    [InlineData(512, 0x617E49599013CB6B, 0x3CE457DE14C27708)]
    [InlineData(2048, 0xDD59E2C3A5F038E0, 0x66F81670669ABABC)]
    [InlineData(2240, 0x6E73A90539CF2948, 0x757BA8487D1B5247)]
    [InlineData(2367, 0xCB37AEB9E5D361ED, 0xD2DB3415B942B42A)]
    public void HashToUInt64_PublishedVector_Matches(int length, ulong unseeded, ulong seeded)
    {
        var data = SanityBuffer(length);

        Assert.Equal(unseeded, XxHash3.HashToUInt64(data));
        Assert.Equal(seeded, XxHash3.HashToUInt64(data, unchecked((long)Prime64)));
    }

    [Fact]
    public void HashToUInt64_EveryLengthAroundEachFormula_Differs()
    {
        var data = SanityBuffer(1200);

        var hashes = Enumerable.Range(0, 1201).Select(length => XxHash3.HashToUInt64(data.AsSpan(0, length))).ToHashSet();

        Assert.Equal(1201, hashes.Count);
    }

    private static byte[] SanityBuffer(int length)
    {
        var data = new byte[length];
        ulong state = 2654435761;
        for (var i = 0; i < length; i++)
        {
            data[i] = (byte)(state >> 56);
            state *= Prime64;
        }

        return data;
    }
}
