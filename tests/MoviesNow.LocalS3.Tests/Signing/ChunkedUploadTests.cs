using System.Security.Cryptography;
using System.Text;
using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Signing;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Signing;

public class ChunkedUploadTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private const string Signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string SignedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    private const string UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    private static readonly byte[] Content = Bytes.Random(200_000);

    [Theory]
    [InlineData(Signed, false)]
    [InlineData(SignedTrailer, true)]
    [InlineData(UnsignedTrailer, true)]
    public async Task Put_RightFraming_StoresTheContent(string payload, bool trailer)
    {
        Assert.Equal(200, (await Put($"/movies/chunked/{payload}", payload, trailer)).Status);
        var read = await fixture.Raw.SendAsync("GET", $"/movies/chunked/{payload}");
        Assert.Equal(Content, read.Body);
        Assert.Null(read.Header("Content-Encoding"));
    }

    internal static readonly Dictionary<string, (string Payload, Func<byte[], byte[]> Break, string Code)> Faults = new()
    {
        ["content of a signed chunk"] = (Signed, Flip(1000), "SignatureDoesNotMatch"),
        ["content of the last signed chunk"] = (SignedTrailer, Flip(199_000), "SignatureDoesNotMatch"),
        ["chunk signature"] = (Signed, Replace("chunk-signature=", "chunk-signature=0"), "SignatureDoesNotMatch"),
        ["missing chunk signature"] = (Signed, Replace(";chunk-signature=", ";nothing="), "SignatureDoesNotMatch"),
        ["trailer signature"] = (SignedTrailer, Replace("x-amz-trailer-signature:", "x-amz-trailer-signature:0"), "SignatureDoesNotMatch"),
        ["missing trailer signature"] = (SignedTrailer, Replace("x-amz-trailer-signature:", "x-amz-other:"), "InvalidRequest"),
        ["content with a checksum"] = (UnsignedTrailer, Flip(1000), "BadDigest"),
        ["checksum"] = (UnsignedTrailer, Replace("x-amz-checksum-crc32:", "x-amz-checksum-crc32:AAAA"), "InvalidRequest"),
        ["missing trailer"] = (UnsignedTrailer, Replace("x-amz-checksum-crc32:", "x-amz-checksum-crc32c:"), "InvalidRequest"),
        ["chunk size"] = (UnsignedTrailer, Replace("10000\r\n", "1000\r\n"), "InvalidRequest"),
        ["no chunk size"] = (UnsignedTrailer, Replace("10000\r\n", "xyz\r\n"), "InvalidRequest"),
        ["negative chunk size"] = (UnsignedTrailer, Replace("10000\r\n", "-1\r\n"), "InvalidRequest"),
        ["huge chunk size"] = (UnsignedTrailer, Replace("10000\r\n", "ffffffffffffffff\r\n"), "InvalidRequest"),
        ["cut off"] = (UnsignedTrailer, body => body[..100_000], "IncompleteBody"),
        ["endless line"] = (UnsignedTrailer, _ => Encoding.ASCII.GetBytes(new string('1', 100_000)), "InvalidRequest"),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task Put_Faulty_RefusedAndNothingStored(string name)
    {
        var (payload, fault, code) = Faults[name];
        var target = "/movies/faulty/" + Uri.EscapeDataString(name);
        var response = await Put(target, payload, payload != Signed, fault);

        Assert.Equal((code, false), (response.Code, response.Status == 200));
        Assert.Equal("NoSuchKey", (await fixture.Raw.SendAsync("GET", target)).Code);
    }

    [Theory]
    [InlineData("199999", "IncompleteBody")]
    [InlineData("200001", "IncompleteBody")]
    [InlineData("x", "MissingContentLength")]
    [InlineData("5368709121", "EntityTooLarge")]
    public async Task Put_WrongDecodedLength_Refused(string decodedLength, string code)
    {
        var response = await Put("/movies/faulty/length", UnsignedTrailer, true, decodedLength: decodedLength);
        Assert.Equal(code, response.Code);
        Assert.Equal("NoSuchKey", (await fixture.Raw.SendAsync("GET", "/movies/faulty/length")).Code);
    }

    private Task<RawResponse> Put(string target, string payload, bool trailer, Func<byte[], byte[]>? fault = null, string decodedLength = "200000")
    {
        var headers = new List<(string, string)> { ("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", decodedLength) };
        if (trailer)
            headers.Add(("x-amz-trailer", "x-amz-checksum-crc32"));
        return fixture.Raw.SendAsync(new RawRequest("PUT", target)
        {
            PayloadHash = payload,
            Headers = headers,
            BodyFor = request => (fault ?? (body => body))(Frame(request, payload, trailer)),
        });
    }

    private byte[] Frame(RawRequest request, string payload, bool trailer)
    {
        using var framed = new MemoryStream();
        var key = SigningKeys.Derive(fixture.Host.SecretKey, request.Seed.Credential);
        var previous = request.Seed.Signature;
        foreach (var chunk in Content.Chunk(65536).Append([]))
        {
            previous = SigningKeys.Sign(key, $"AWS4-HMAC-SHA256-PAYLOAD\n{request.Seed.Timestamp}\n{request.Seed.Credential.Scope}\n{previous}\n"
                + $"{Hex([])}\n{Hex(chunk)}");
            framed.Write(Encoding.ASCII.GetBytes(payload == UnsignedTrailer ? $"{chunk.Length:x}\r\n" : $"{chunk.Length:x};chunk-signature={previous}\r\n"));
            framed.Write(chunk);
            if (chunk.Length > 0)
                framed.Write("\r\n"u8);
        }

        if (trailer)
        {
            using var crc = Checksum.Create(ChecksumAlgorithm.Crc32);
            crc.Append(Content);
            var line = $"x-amz-checksum-crc32:{crc.Finish()}";
            framed.Write(Encoding.ASCII.GetBytes(line + "\r\n"));
            if (payload == SignedTrailer)
            {
                var signature = SigningKeys.Sign(
                    key, $"AWS4-HMAC-SHA256-TRAILER\n{request.Seed.Timestamp}\n{request.Seed.Credential.Scope}\n{previous}\n{Hex(Encoding.ASCII.GetBytes(line + "\n"))}");
                framed.Write(Encoding.ASCII.GetBytes($"x-amz-trailer-signature:{signature}\r\n"));
            }
        }

        framed.Write("\r\n"u8);
        return framed.ToArray();
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Func<byte[], byte[]> Flip(int position) => body =>
    {
        body[position] ^= 1;
        return body;
    };

    private static Func<byte[], byte[]> Replace(string text, string replacement) => body =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).Replace(text, replacement, StringComparison.Ordinal));
}
