using System.Net;
using System.Security.Cryptography;
using System.Text;
using MoviesNow.Delivery.Playback;
using MoviesNow.Delivery.Playback.Signing;
using MoviesNow.Testing;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>
/// CloudFront's grants, byte for byte: against the examples of the CloudFront Developer Guide ("Create a signed URL using a custom policy",
/// whose signatures are not real), and against the commands that it names for policies and signatures.
/// </summary>
public sealed class CloudFrontSignerTests : IDisposable
{
    private const string Prefix = "hls/0198c0de-0000-7000-8000-000000000001/package_0198c0de-0000-7000-8000-000000000003/";

    private static readonly string Pem = NewKey(2_048);
    private static readonly DateTimeOffset After = DateTimeOffset.FromUnixTimeSeconds(1_767_290_400);

    private readonly CloudFrontSigner _signer = new(Options(Pem), "https://d111111abcdef8.cloudfront.net/");

    public void Dispose() => _signer.Dispose();

    [Fact]
    public void Encode_PolicyOfTheGuide_GivesTheTextOfTheGuide()
    {
        // As printed there, with its line ends and trailing spaces; the guide has EXAMPLE in the middle of the first line.
        const string Policy = "{ \r\n   \"Statement\": [{ \r\n      \"Resource\":\"http://dzbesqm7un1m0.cloudfront.net/demo.php\", \r\n      \"Condition\":{ \r\n"
            + "         \"IpAddress\":{\"AWS:SourceIp\":\"207.171.180.101/32\"},\r\n         \"DateGreaterThan\":{\"AWS:EpochTime\":1296860176},\r\n"
            + "         \"DateLessThan\":{\"AWS:EpochTime\":1296860226}\r\n      } \r\n   }] \r\n}\r\n";
        const string Printed = "bnQiOiBbeyANCiAgICAgICJSZXNvdXJjZSI6Imh0dHA6Ly9kemJlc3FtN3VuMW0wLmNsb3VkZnJvbnQubmV0L2RlbW8ucGhwIiwgDQogICAgICAiQ29uZGl0aW9uIjp7IA0KICAgICAgICAgIklw"
            + "QWRkcmVzcyI6eyJBV1M6U291cmNlSXAiOiIyMDcuMTcxLjE4MC4xMDEvMzIifSwNCiAgICAgICAgICJEYXRlR3JlYXRlclRoYW4iOnsiQVdTOkVwb2NoVGltZSI6MTI5Njg2MDE3Nn0sDQogICAg"
            + "ICAgICAiRGF0ZUxlc3NUaGFuIjp7IkFXUzpFcG9jaFRpbWUiOjEyOTY4NjAyMjZ9DQogICAgICB9IA0KICAgfV0gDQp9DQo";

        var encoded = CloudFrontSigner.Encode(Encoding.ASCII.GetBytes(Policy));

        Assert.StartsWith("eyANCiAgI", encoded, StringComparison.Ordinal);
        Assert.EndsWith(Printed + "_", encoded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("198.51.100.7", "\"IpAddress\":{\"AWS:SourceIp\":\"198.51.100.7/32\"},")]
    [InlineData("2001:db8::7", "\"IpAddress\":{\"AWS:SourceIp\":\"0.0.0.0/32\"},")]
    public void PolicyOf_AGrant_HasItsConditionsAndNoWhiteSpace(string? address, string condition)
    {
        var policy = _signer.PolicyOf(Claims(address));

        Assert.Equal(
            "{\"Statement\":[{\"Resource\":\"https://d111111abcdef8.cloudfront.net/" + Prefix + "*\",\"Condition\":{" + condition
                + "\"DateGreaterThan\":{\"AWS:EpochTime\":1767290400},\"DateLessThan\":{\"AWS:EpochTime\":1767291000}}}]}",
            policy);
    }

    [Fact]
    public async Task Sign_AGrant_IsByteForByteWhatTheCommandsOfTheGuideGive()
    {
        var folder = Directory.CreateTempSubdirectory("moviesnow-cloudfront-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "private_key.pem"), Pem);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "policy"), _signer.PolicyOf(Claims("198.51.100.7")) + "\n");

            var signed = _signer.Sign(Claims("198.51.100.7"));

            var policy = await ShellAsync(folder, @"cat policy | tr -d '\n' | tr -d ' \t\n\r' | openssl base64 -A | tr -- '+=/' '-_~'");
            var signature = await ShellAsync(folder, @"cat policy | tr -d '\n' | tr -d ' \t\n\r' | openssl sha1 -sign private_key.pem | openssl base64 -A | tr -- '+=/' '-_~'");
            Assert.Equal($"Policy={policy}&Signature={signature}&Key-Pair-Id=K2JCJMDEHXQW5F", signed.Query);
            Assert.Equal(
                [("CloudFront-Policy", policy), ("CloudFront-Signature", signature), ("CloudFront-Key-Pair-Id", "K2JCJMDEHXQW5F")],
                signed.Cookies.Select(cookie => (cookie.Name, cookie.Value)));
            Assert.Equal("", signed.PathSegment);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Sign_ManyThreads_AllSignaturesAreTheSame()
    {
        var signed = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => _signer.Sign(Claims(address: null)).Query)));

        Assert.Single(signed.Distinct(StringComparer.Ordinal));
    }

    internal static CloudFrontOptions Options(string pem) => new() { KeyPairId = "K2JCJMDEHXQW5F", PrivateKey = pem };

    internal static string NewKey(int bits)
    {
        using var key = RSA.Create(bits);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static GrantClaims Claims(string? address) =>
        new(Prefix, After, After.AddMinutes(10), address is null ? null : IPAddress.Parse(address), Guid.Empty);

    private static async Task<string> ShellAsync(DirectoryInfo folder, string command) => (await Tool.RunAsync("sh", folder.FullName, "-c", command)).Output;
}
