using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Signing;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Signing;

/// <summary>The worked examples of the S3 API reference, "Authenticating Requests: AWS Signature Version 4".</summary>
public class PublishedVectorTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static readonly CredentialScope Credential = new("AKIAIOSFODNN7EXAMPLE", "20130524", "us-east-1", "s3");

    public static TheoryData<string, string, string, string, string> Requests => new()
    {
        { "GET", "/test.txt", $"range: bytes=0-9|x-amz-content-sha256: {EmptyHash}", "host;range;x-amz-content-sha256;x-amz-date", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41" },
        { "PUT", "/test%24file.text", "date: Fri, 24 May 2013 00:00:00 GMT|x-amz-storage-class: REDUCED_REDUNDANCY|x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072", "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd" },
        { "GET", "/?lifecycle", $"x-amz-content-sha256: {EmptyHash}", "host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543" },
        { "GET", "/?max-keys=2&prefix=J", $"x-amz-content-sha256: {EmptyHash}", "host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Authenticate_PublishedHeaderSignature_Accepted(string method, string target, string headers, string signedHeaders, string signature)
    {
        Authenticate(method, target, headers, signedHeaders, signature);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Authenticate_PublishedSignatureWithOneDigitChanged_Refused(string method, string target, string headers, string signedHeaders, string signature)
    {
        var changed = (signature[0] == '0' ? '1' : '0') + signature[1..];
        var refused = Assert.Throws<S3Exception>(() => Authenticate(method, target, headers, signedHeaders, changed));
        Assert.Equal("SignatureDoesNotMatch", refused.Error.Code);
    }

    [Fact]
    public void Authenticate_PublishedPresignedAddress_AcceptedUntilItExpires()
    {
        const string target = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        var headers = new HeaderDictionary { ["Host"] = "examplebucket.s3.amazonaws.com" };
        var parsed = S3Target.Parse(target, "", null)!;

        Authenticator("2013-05-24T23:59:59Z").Authenticate("GET", parsed, headers);
        var expired = Assert.Throws<S3Exception>(() => Authenticator("2013-05-25T00:00:01Z").Authenticate("GET", parsed, headers));
        Assert.Equal(("AccessDenied", 403), (expired.Error.Code, expired.Error.Status));
    }

    [Fact]
    public async Task ReadAsync_PublishedChunkedUpload_VerifiesTheChain()
    {
        const string headers = "content-encoding: aws-chunked|content-length: 66824|x-amz-decoded-content-length: 66560|x-amz-storage-class: REDUCED_REDUNDANCY"
            + "|x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
        var payload = Authenticate(
            "PUT", "/examplebucket/chunkObject.txt", headers,
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9", "s3.amazonaws.com");
        var body = "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" + new string('a', 65536) + "\r\n"
            + "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" + new string('a', 1024) + "\r\n"
            + "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";

        Assert.Equal(66824, body.Length);
        Assert.Equal(66560, (await DecodeAsync(body, payload)).Length);
    }

    [Fact]
    public void Verify_PublishedTrailerChain_Accepted()
    {
        var signer = new ChunkSigner(SigningKeys.Derive(Secret, Credential), Credential, "20130524T000000Z", "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
        Assert.True(signer.VerifyChunk(CanonicalRequest.Hash(new string('a', 65536)), "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"));
        Assert.True(signer.VerifyChunk(CanonicalRequest.Hash(new string('a', 1024)), "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"));
        Assert.True(signer.VerifyChunk(EmptyHash, "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"));
        Assert.True(signer.VerifyTrailer("x-amz-checksum-crc32c:sOO8/Q==\n", "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"));
    }

    private static PayloadDeclaration Authenticate(
        string method, string target, string headers, string signedHeaders, string signature, string host = "examplebucket.s3.amazonaws.com")
    {
        var dictionary = new HeaderDictionary { ["Host"] = host, ["x-amz-date"] = "20130524T000000Z" };
        foreach (var header in headers.Split('|'))
            dictionary[header[..header.IndexOf(':')]] = header[(header.IndexOf(':') + 1)..].Trim();
        dictionary["Authorization"] = $"AWS4-HMAC-SHA256 Credential={Credential.AccessKey}/{Credential.Scope},SignedHeaders={signedHeaders},Signature={signature}";
        return Authenticator("2013-05-24T00:00:00Z").Authenticate(method, S3Target.Parse(target, "", null)!, dictionary);
    }

    private static SigV4Authenticator Authenticator(string now) => new(
        Microsoft.Extensions.Options.Options.Create(new LocalS3Options { AccessKey = Credential.AccessKey, SecretKey = Secret }), new FixedClock(DateTimeOffset.Parse(now)));

    private static async Task<byte[]> DecodeAsync(string body, PayloadDeclaration payload)
    {
        using var chunked = new AwsChunkedStream(PipeReader.Create(new MemoryStream(Encoding.ASCII.GetBytes(body))), payload, new HashSet<string>());
        using var decoded = new MemoryStream();
        var buffer = new byte[1000];
        for (var read = await chunked.ReadAsync(buffer, default); read > 0; read = await chunked.ReadAsync(buffer, default))
            decoded.Write(buffer, 0, read);
        return decoded.ToArray();
    }
}
