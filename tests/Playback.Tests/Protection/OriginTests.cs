extern alias delivery;

using System.Net;
using System.Net.Sockets;
using Amazon.S3.Model;
using delivery::MoviesNow.Delivery.Playback;
using delivery::MoviesNow.Delivery.Playback.Signing;
using MoviesNow.LocalS3;
using MoviesNow.Playback.Tests.Playing;

namespace MoviesNow.Playback.Tests.Protection;

/// <summary>Grants of ours, and artwork, as an origin judges them: nginx and what stands in for it answer alike.</summary>
public abstract class OriginTests : IAsyncLifetime
{
    internal const string Bucket = "media";
    internal const string Title = "0198c0de-0000-7000-8000-000000000001";
    internal const string Episode = "0198c0de-0000-7000-8000-000000000002";
    internal const string Package = $"hls/{Title}/package_0198c0de-0000-7000-8000-000000000003/";
    internal const string Picture = $"artwork/title/{Title}/poster-0198c0de.png";
    internal const string OldSecret = "an-old-example-secret-of-32-characters";
    internal const string NewSecret = "a_new_example_secret_of_32_characters";

    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

    private readonly HttpClient _client = From(IPAddress.Loopback);
    private Uri _origin = null!;

    internal LocalS3Host Store { get; private set; } = null!;

    /// <summary>Starts the origin in front of the bucket, with the keys <c>k1</c> and <c>k2</c>; gives its address, which ends in a slash.</summary>
    internal abstract Task<Uri> StartAsync(LocalS3Host bucket);

    internal abstract Task StopAsync();

    public async Task InitializeAsync()
    {
        Store = await LocalS3Host.StartAsync(options => (options.Fsync, options.Buckets) = (false, [Bucket]));
        using var s3 = Edge.Client(Store);
        foreach (var key in (string[])[$"{Package}480p/1.m4s", $"hls/{Title}/v1/1.m4s", $"hls/{Title}/{Episode}/1.m4s", $"originals/{Title}/film.mp4"])
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = new MemoryStream(Content), ContentType = "video/iso.segment" });
        }

        foreach (var key in (string[])[Picture, $"artwork/title/{Title}/notes.html", $"subs/title/{Title}/en.png"])
        {
            await s3.PutObjectAsync(new PutObjectRequest
            {
                BucketName = Bucket,
                Key = key,
                InputStream = new MemoryStream(Content),
                ContentType = "image/png",
                Headers = { CacheControl = "public, max-age=2592000" },
            });
        }

        _origin = await StartAsync(Store);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await StopAsync();
        await Store.DisposeAsync();
    }

    [Fact]
    public async Task Get_BelowTheGrant_GivesTheObjectOfThePrivateBucket()
    {
        using var direct = await _client.GetAsync(new Uri($"{Store.Url}/{Bucket}/{Package}480p/1.m4s"));
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
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_origin, $"{Grant(Package)}/{Package}480p/1.m4s")) { Headers = { { "Range", "bytes=10-19" } } };
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
    public async Task Get_Artwork_IsPublicAsItWasUploaded()
    {
        using var answer = await GetAsync(Picture);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=2592000", answer.Headers.CacheControl!.ToString());
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(_origin, Picture)) { Headers = { { "If-None-Match", answer.Headers.ETag!.ToString() } } };
        using var same = await _client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(["*"], same.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("HEAD", Picture, 200)]
    [InlineData("OPTIONS", Picture, 204)]
    [InlineData("PUT", Picture, 405)]
    [InlineData("DELETE", Picture, 405)]
    [InlineData("GET", $"artwork/title/{Title}/none.png", 404)]
    [InlineData("GET", $"artwork/title/{Title}/notes.html", 403)]
    [InlineData("GET", $"artwork/../subs/title/{Title}/en.png", 403)]
    [InlineData("GET", $"artwork/..%2fsubs/title/{Title}/en.png", 403)]
    [InlineData("GET", $"artwork/%2e%2e/subs/title/{Title}/en.png", 403)]
    [InlineData("GET", $"subs/title/{Title}/en.png", 403)]
    [InlineData("GET", $"{Package}480p/1.m4s", 403)]
    [InlineData("GET", "artwork/", 403)]
    [InlineData("GET", "", 403)]
    public async Task Send_WithoutAGrant_ReadsPicturesAtTheMost(string method, string path, int expected) =>
        Assert.Equal(expected, await RawAsync(IPAddress.Loopback, method, $"/{path}"));

    [Theory]
    [InlineData("bytes=99990-", 206, 99_990, 100_000)]
    [InlineData("bytes=-10", 206, 99_990, 100_000)]
    [InlineData("bytes=99990-200000", 206, 99_990, 100_000)]
    [InlineData("bytes=100000-", 416, 0, 0)]
    public async Task Get_RangesAtTheEnd_AreCut(string range, int status, int from, int to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_origin, $"{Grant(Package)}/{Package}480p/1.m4s")) { Headers = { { "Range", range } } };
        using var answer = await _client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 206)
        {
            Assert.Equal(Content[from..to], await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal($"bytes {from}-{to - 1}/100000", answer.Content.Headers.ContentRange!.ToString());
        }
    }

    internal static string Grant(string prefix, DateTimeOffset? expires = null, string? address = null, string key = "k1")
    {
        var options = new SecureLinkOptions { SigningKeyId = key };
        (options.Keys["k1"], options.Keys["k2"]) = (OldSecret, NewSecret);
        var claims = new GrantClaims(
            prefix, DateTimeOffset.UtcNow, expires ?? DateTimeOffset.UtcNow.AddMinutes(5), address is null ? null : IPAddress.Parse(address), Guid.Empty);
        return new SecureLinkSigner(options).Sign(claims).PathSegment;
    }

    // As a page would ask.
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
    })
    {
        DefaultRequestHeaders = { { "Origin", "https://player.example" } },
    };

    private async Task<HttpResponseMessage> GetAsync(string path) => await _client.GetAsync(new Uri(_origin, path));

    internal async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>Sends a request line as it is, from an address of this machine; gives the status.</summary>
    internal async Task<int> RawAsync(IPAddress address, string method, string target)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        await socket.ConnectAsync(new IPEndPoint(address.AddressFamily is AddressFamily.InterNetwork ? IPAddress.Loopback : address, _origin.Port));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{method} {_origin.AbsolutePath}{target.TrimStart('/')} HTTP/1.1\r\nHost: cdn\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync();
        return int.Parse(status!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
