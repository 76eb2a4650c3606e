using System.Security.Cryptography;
using System.Text;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Checksums;

public class ChecksumTests
{
    // The check values of the CRC catalogue, over the digits 1 to 9.
    [Theory]
    [InlineData("Crc32", "y/Q5Jg==")]
    [InlineData("Crc32C", "4waSgw==")]
    [InlineData("Crc64Nvme", "rosUhgp5mIg=")]
    [InlineData("Sha1", "98O8HYCOBHMq32eZZczDTKeuNEE=")]
    [InlineData("Sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=")]
    public void Finish_CheckString_CatalogueValue(string algorithm, string expected)
    {
        if (algorithm == "Sha256")
            expected = Convert.ToBase64String(SHA256.HashData("123456789"u8));
        Assert.Equal(expected, Of(Enum.Parse<ChecksumAlgorithm>(algorithm), "123456789"u8));
    }

    [Fact]
    public void Append_AnySplit_SameValue()
    {
        var bytes = Bytes.Random(10_007);
        var random = new Random(3);
        foreach (var algorithm in ChecksumAlgorithms.All)
        {
            var whole = Of(algorithm, bytes);
            for (var turn = 0; turn < 20; turn++)
            {
                using var checksum = Checksum.Create(algorithm);
                for (var position = 0; position < bytes.Length;)
                {
                    var count = Math.Min(random.Next(1, 700), bytes.Length - position);
                    checksum.Append(bytes.AsSpan(position, count));
                    position += count;
                }

                Assert.Equal(whole, checksum.Finish());
            }
        }
    }

    [Fact]
    public void OfParts_FullObject_EqualsTheWhole()
    {
        var random = new Random(4);
        foreach (var algorithm in ChecksumAlgorithms.All.Where(a => a.IsCrc()))
        {
            for (var turn = 0; turn < 50; turn++)
            {
                var bytes = Bytes.Random(random.Next(1, 5000), turn);
                var parts = new List<(string, long)>();
                for (var position = 0; position < bytes.Length;)
                {
                    var count = Math.Min(random.Next(1, 2000), bytes.Length - position);
                    parts.Add((Of(algorithm, bytes.AsSpan(position, count)), count));
                    position += count;
                }

                Assert.Equal(Of(algorithm, bytes), ObjectChecksum.OfParts(algorithm, ChecksumType.FullObject, parts).Value);
            }
        }
    }

    [Fact]
    public void OfParts_Composite_ChecksumOfChecksums()
    {
        var (one, two) = (SHA256.HashData("one"u8), SHA256.HashData("two"u8));
        var composite = ObjectChecksum.OfParts(
            ChecksumAlgorithm.Sha256, ChecksumType.Composite, [(Convert.ToBase64String(one), 3), (Convert.ToBase64String(two), 3)]);
        Assert.Equal(Convert.ToBase64String(SHA256.HashData([.. one, .. two])) + "-2", composite.Value);
    }

    [Theory]
    [InlineData("y/Q5Jg==", true)]
    [InlineData("y/Q5", false)]
    [InlineData("y/Q5Jg", false)]
    [InlineData("", false)]
    [InlineData("!!!!!!==", false)]
    [InlineData("y/Q5JgAA", false)]
    public void IsValue_Crc32Text_Verdict(string text, bool valid) => Assert.Equal(valid, ChecksumAlgorithm.Crc32.IsValue(text));

    internal static string Of(ChecksumAlgorithm algorithm, ReadOnlySpan<byte> bytes)
    {
        using var checksum = Checksum.Create(algorithm);
        checksum.Append(bytes);
        return checksum.Finish();
    }

    internal static string Of(ChecksumAlgorithm algorithm, string text) => Of(algorithm, Encoding.UTF8.GetBytes(text));
}
