using System.Security.Cryptography;
using Amazon.S3.Model;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Tests.Support;
using ChecksumAlgorithm = MoviesNow.LocalS3.Checksums.ChecksumAlgorithm;

namespace MoviesNow.LocalS3.Tests.Checksums;

public class ObjectChecksumTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private static readonly byte[] Content = Bytes.Random(5000);

    public static TheoryData<string> Algorithms => [.. ChecksumAlgorithms.All.Select(a => a.Name())];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Put_RightChecksum_StoredAndReturned(string name)
    {
        var algorithm = ChecksumAlgorithms.Parse(name)!.Value;
        var value = ChecksumTests.Of(algorithm, Content);
        var put = await fixture.Raw.SendAsync("PUT", $"/movies/sum/{name}", Content, (algorithm.Header(), value));
        Assert.Equal((200, value, "FULL_OBJECT"), (put.Status, put.Header(algorithm.Header()), put.Header("x-amz-checksum-type")));

        var asked = await fixture.Raw.SendAsync("HEAD", $"/movies/sum/{name}", null, ("x-amz-checksum-mode", "ENABLED"));
        Assert.Equal(value, asked.Header(algorithm.Header()));
        var unasked = await fixture.Raw.SendAsync("GET", $"/movies/sum/{name}");
        Assert.Null(unasked.Header(algorithm.Header()));
        var range = await fixture.Raw.SendAsync("GET", $"/movies/sum/{name}", null, ("x-amz-checksum-mode", "ENABLED"), ("range", "bytes=0-9"));
        Assert.Null(range.Header(algorithm.Header()));

        var attributes = await fixture.Raw.SendAsync("GET", $"/movies/sum/{name}?attributes", null, ("x-amz-object-attributes", "Checksum,ObjectSize,ETag"));
        Assert.Equal((value, "5000"), (attributes.Value(algorithm.Element()), attributes.Value("ObjectSize")));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Put_WrongChecksum_RefusedAndNothingStored(string name)
    {
        var algorithm = ChecksumAlgorithms.Parse(name)!.Value;
        var put = await fixture.Raw.SendAsync("PUT", $"/movies/bad/{name}", Content, (algorithm.Header(), ChecksumTests.Of(algorithm, "other")));
        Assert.Equal((400, "BadDigest"), (put.Status, put.Code));
        Assert.Equal(404, (await fixture.Raw.SendAsync("HEAD", $"/movies/bad/{name}")).Status);
    }

    [Theory]
    [InlineData("x-amz-checksum-crc32", "AAAA", "BadDigest")]
    [InlineData("x-amz-checksum-sha256", "bad", "BadDigest")]
    [InlineData("x-amz-checksum-md4", "AAAA", "InvalidRequest")]
    [InlineData("x-amz-sdk-checksum-algorithm", "CRC5", "InvalidRequest")]
    [InlineData("Content-MD5", "AAAA", "InvalidDigest")]
    [InlineData("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest")]
    public async Task Put_ClaimMalformedOrWrong_Refused(string header, string value, string code)
    {
        var put = await fixture.Raw.SendAsync("PUT", "/movies/bad/claim", Content, (header, value));
        Assert.Equal((400, code), (put.Status, put.Code));
    }

    [Fact]
    public async Task Put_TwoChecksums_Refused()
    {
        var put = await fixture.Raw.SendAsync(
            "PUT", "/movies/bad/two", Content,
            ("x-amz-checksum-crc32", ChecksumTests.Of(ChecksumAlgorithm.Crc32, Content)), ("x-amz-checksum-crc32c", ChecksumTests.Of(ChecksumAlgorithm.Crc32C, Content)));
        Assert.Equal("InvalidRequest", put.Code);
    }

    [Fact]
    public async Task Put_PayloadHashOfOtherBytes_Refused()
    {
        var put = await fixture.Raw.SendAsync(new RawRequest("PUT", "/movies/bad/sha") { Body = Content, PayloadHash = new string('a', 64) });
        Assert.Equal((400, "XAmzContentSHA256Mismatch"), (put.Status, put.Code));
        Assert.Equal(404, (await fixture.Raw.SendAsync("HEAD", "/movies/bad/sha")).Status);
    }

    [Fact]
    public async Task Put_RightContentMd5_Accepted()
    {
        var put = await fixture.Raw.SendAsync("PUT", "/movies/sum/md5", Content, ("Content-MD5", Convert.ToBase64String(MD5.HashData(Content))));
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData(Content))}\"", put.Header("ETag"));
    }

    [Theory]
    [InlineData("CRC32")]
    [InlineData("SHA1")]
    [InlineData("SHA256")]
    public async Task PutAndGet_ThroughTheSdk_Verified(string name)
    {
        using var content = new MemoryStream(Content);
        await fixture.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = "movies",
            Key = $"sdk/{name}",
            InputStream = content,
            ChecksumAlgorithm = Amazon.S3.ChecksumAlgorithm.FindValue(name),
        });
        using var got = await fixture.S3.GetObjectAsync(new GetObjectRequest { BucketName = "movies", Key = $"sdk/{name}", ChecksumMode = Amazon.S3.ChecksumMode.ENABLED });
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read);
        Assert.Equal(Content, read.ToArray());
        var attributes = await fixture.S3.GetObjectAttributesAsync(new GetObjectAttributesRequest
        {
            BucketName = "movies",
            Key = $"sdk/{name}",
            ObjectAttributes = [Amazon.S3.ObjectAttributes.Checksum],
        });
        Assert.NotNull(name switch
        {
            "CRC32" => attributes.Checksum.ChecksumCRC32,
            "SHA1" => attributes.Checksum.ChecksumSHA1,
            _ => attributes.Checksum.ChecksumSHA256,
        });
    }
}
