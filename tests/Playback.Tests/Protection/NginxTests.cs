extern alias delivery;

using System.Net;
using System.Net.Sockets;
using Amazon.S3.Model;
using delivery::MoviesNow.Delivery.Playback;
using delivery::MoviesNow.Delivery.Playback.Signing;
using MoviesNow.LocalS3;
using MoviesNow.Playback.Tests.Playing;

namespace MoviesNow.Playback.Tests.Protection;

/// <summary>Grants of ours, as nginx judges them with the configuration that is shipped.</summary>
public sealed class NginxTests : IAsyncLifetime
{
    private const string Bucket = "media";
    private const string Title = "0198c0de-0000-7000-8000-000000000001";
    private const string Episode = "0198c0de-0000-7000-8000-000000000002";
    private const string Package = $"hls/{Title}/package_0198c0de-0000-7000-8000-000000000003/";
    private const string OldSecret = "an-old-example-secret-of-32-characters";
    private const string NewSecret = "a_new_example_secret_of_32_characters";

    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

    private readonly HttpClient _client = From(IPAddress.Loopback);
    private LocalS3Host _bucket = null!;
    private NginxEdge _nginx = null!;

    public async Task InitializeAsync()
    {
        _bucket = await LocalS3Host.StartAsync(options => (options.Fsync, options.Buckets) = (false, [Bucket]));
        using var s3 = Edge.Client(_bucket);
        foreach (var key in (string[])[$"{Package}480p/1.m4s", $"hls/{Title}/v1/1.m4s", $"hls/{Title}/{Episode}/1.m4s", $"originals/{Title}/film.mp4"])
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = new MemoryStream(Content), ContentType = "video/iso.segment" });
        }

        _nginx = await NginxEdge.StartAsync(_bucket, Bucket, ("k1", OldSecret), ("k2", NewSecret));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _nginx.DisposeAsync();
        await _bucket.DisposeAsync();
    }

    [Fact]
    public async Task Get_BelowTheGrant_GivesTheObjectOfThePrivateBucket()
    {
        using var direct = await _client.GetAsync(new Uri($"{_bucket.Url}/{Bucket}/{Package}480p/1.m4s"));
        using var answer = await GetAsync($"{Grant(Package)}/{Package}480p/1.m4s");

        Assert.Equal(HttpStatusCode.Forbidden, direct.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("video/iso.segment", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("x-amz", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Get_ARange_GivesIt()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_nginx.Address, $"{Grant(Package)}/{Package}480p/1.m4s")) { Headers = { { "Range", "bytes=10-19" } } };
        using var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(Content[10..20], await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData($"hls/{Title}/", $"hls/{Title}/v1/1.m4s", HttpStatusCode.OK)]
    [InlineData($"hls/{Title}/", $"{Package}480p/1.m4s", HttpStatusCode.OK)]
    [InlineData($"hls/{Title}/{Episode}/", $"hls/{Title}/{Episode}/1.m4s", HttpStatusCode.OK)]
    [InlineData($"hls/{Title}/{Episode}/", $"hls/{Title}/v1/1.m4s", HttpStatusCode.Forbidden)]
    [InlineData(Package, $"hls/{Title}/v1/1.m4s", HttpStatusCode.Forbidden)]
    [InlineData(Package, $"originals/{Title}/film.mp4", HttpStatusCode.Forbidden)]
    [InlineData(Package, $"{Package}../../{Title}/v1/1.m4s", HttpStatusCode.Forbidden)]
    [InlineData(Package, $"{Package}%2e%2e/v1/1.m4s", HttpStatusCode.Forbidden)]
    [InlineData(Package, $"{Package}..%2fv1/1.m4s", HttpStatusCode.Forbidden)]
    [InlineData(Package, $"{Package}480p/%00/1.m4s", HttpStatusCode.BadRequest)]
    [InlineData(Package, $"{Package}480p%3f/1.m4s", HttpStatusCode.Forbidden)]
    [InlineData(Package, $"/{Package}480p/1.m4s", HttpStatusCode.OK)]
    [InlineData(Package, $"{Package}480p/1.m4s?x=1", HttpStatusCode.OK)]
    [InlineData(Package, $"{Package}480p/2.m4s", HttpStatusCode.NotFound)]
    public async Task Get_PathsOfAllKinds_AreJudgedByTheirPrefix(string prefix, string path, HttpStatusCode expected)
    {
        // Sent as it is: HttpClient would resolve dots.
        Assert.Equal((int)expected, await RawAsync(IPAddress.Loopback, "GET", $"/{Grant(prefix)}/{path}"));
    }

    [Fact]
    public async Task Get_ExpiredGrant_IsGone() =>
        Assert.Equal(HttpStatusCode.Gone, await StatusAsync($"{Grant(Package, DateTimeOffset.UtcNow.AddSeconds(-2))}/{Package}480p/1.m4s"));

    [Fact]
    public async Task Get_AlteredGrant_IsForbidden()
    {
        var grant = Grant(Package);
        var parts = grant.Split('.');
        string[] altered =
        [
            $"k2.{string.Join('.', parts[1..])}",
            $"k3.{string.Join('.', parts[1..])}",
            $"{parts[0]}.{long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) + 1}.{string.Join('.', parts[2..])}",
            grant.Replace(".any.", ".ip.", StringComparison.Ordinal),
            grant.Replace(".3.", ".2.", StringComparison.Ordinal),
            grant.Replace(".3.", ".4.", StringComparison.Ordinal),
            $"{grant[..^1]}{(grant[^1] == 'A' ? 'Q' : 'A')}",
            grant[..^1],
            "",
        ];

        foreach (var other in altered)
        {
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync($"{other}/{Package}480p/1.m4s"));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{grant}/{Package}480p/1.m4s"));
    }

    [Fact]
    public async Task Get_GrantOfAnotherAddress_IsForbidden()
    {
        var (own, foreign) = (Grant(Package, address: "127.0.0.2"), Grant(Package, address: "203.0.113.9"));

        Assert.Equal(200, await RawAsync(IPAddress.Parse("127.0.0.2"), "GET", $"/{own}/{Package}480p/1.m4s"));
        Assert.Equal(403, await RawAsync(IPAddress.Loopback, "GET", $"/{own}/{Package}480p/1.m4s"));
        Assert.Equal(403, await RawAsync(IPAddress.Loopback, "GET", $"/{foreign}/{Package}480p/1.m4s"));
        Assert.Equal(403, await RawAsync(IPAddress.Loopback, "GET", $"/{own.Replace(".ip.", ".any.", StringComparison.Ordinal)}/{Package}480p/1.m4s"));
        Assert.Equal(200, await RawAsync(IPAddress.IPv6Loopback, "GET", $"/{Grant(Package, address: "0:0::1")}/{Package}480p/1.m4s"));
    }

    [Fact]
    public async Task Get_KeysRotate_BothAreGoodMeanwhile()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{Grant(Package, key: "k1")}/{Package}480p/1.m4s"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{Grant(Package, key: "k2")}/{Package}480p/1.m4s"));
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("OPTIONS", 204)]
    [InlineData("PUT", 405)]
    [InlineData("DELETE", 405)]
    [InlineData("POST", 405)]
    public async Task Send_OtherMethods_ReadAtTheMost(string method, int expected) =>
        Assert.Equal(expected, await RawAsync(IPAddress.Loopback, method, $"/{Grant(Package)}/{Package}480p/1.m4s"));

    [Fact]
    public async Task Log_OfAllKindsOfRequests_HasNoGrant()
    {
        string[] grants = [Grant(Package), Grant(Package, DateTimeOffset.UtcNow.AddSeconds(-2)), Grant($"hls/{Title}/{Episode}/"), "k1.1.any.3.AAAAAAAAAAAAAAAAAAAAAA"];
        foreach (var grant in grants)
        {
            await StatusAsync($"{grant}/{Package}480p/1.m4s");
            await StatusAsync($"{grant}/{Package}480p/none.m4s");
        }

        await _bucket.StopAsync();
        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync($"{grants[0]}/{Package}480p/1.m4s"));
        await RawAsync(IPAddress.Loopback, "GET", $"/{grants[0]}/{new string('x', 40_000)}");
        var log = await _nginx.StopAsync();

        Assert.Contains($"GET {Package} 200", log, StringComparison.Ordinal);
        Assert.All(grants, grant => Assert.DoesNotContain(grant.Split('.')[^1], log, StringComparison.Ordinal));
        Assert.DoesNotContain(_bucket.SecretKey, log, StringComparison.Ordinal);
        Assert.DoesNotContain("AWS4", log, StringComparison.Ordinal);
    }

    private static string Grant(string prefix, DateTimeOffset? expires = null, string? address = null, string key = "k1")
    {
        var options = new SecureLinkOptions { SigningKeyId = key };
        (options.Keys["k1"], options.Keys["k2"]) = (OldSecret, NewSecret);
        var claims = new GrantClaims(
            prefix, DateTimeOffset.UtcNow, expires ?? DateTimeOffset.UtcNow.AddMinutes(5), address is null ? null : IPAddress.Parse(address), Guid.Empty);
        return new SecureLinkSigner(options).Sign(claims).PathSegment;
    }

    private static HttpClient From(IPAddress address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private async Task<HttpResponseMessage> GetAsync(string path) => await _client.GetAsync(new Uri(_nginx.Address, path));

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>Sends a request line as it is, from an address to the same; gives the status.</summary>
    private async Task<int> RawAsync(IPAddress address, string method, string target)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        await socket.ConnectAsync(new IPEndPoint(address, _nginx.Address.Port));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: cdn\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync();
        return int.Parse(status!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
