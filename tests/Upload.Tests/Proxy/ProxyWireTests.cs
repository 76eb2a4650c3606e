using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Proxy;
using UploadTests.Support;

namespace UploadTests.Proxy;

/// <summary>What only a client that breaks the rules of gRPC sends.</summary>
[Collection(nameof(SharedSystem))]
public sealed class ProxyWireTests(SharedSystem shared) : ProxyTest(shared)
{
    private const string UnaryPath = "/moviesnow.upload.v1.ProxyUploadService/UploadSmallFile";
    private const string StreamingPath = "/moviesnow.upload.v1.ProxyUploadService/StreamSmallFile";
    private const string TooLarge = "The file is larger than 10 MiB.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(20 << 20)]
    [InlineData(int.MaxValue)]
    public async Task UploadSmallFile_MessageThatClaimsToBeLarger_IsTooLargeBeforeItsBytes(int length)
    {
        Assert.Equal(("8", TooLarge), await Http2Async(Claim(length)));
        Assert.Equal(("8", TooLarge), await Http1Async("application/grpc-web+proto", Claim(length)));
        Assert.Equal(("8", TooLarge), await Http1Async("application/grpc-web-text", Encoding.ASCII.GetBytes(Convert.ToBase64String([.. Claim(length), 0]))));
    }

    [Fact]
    public async Task UploadSmallFile_BodyThatTheServerWouldCutOff_IsTooLarge() =>
        Assert.Equal(("8", TooLarge), await Http1Async("application/grpc-web+proto", Claim(1_000), declared: 40_000_000));

    [Fact]
    public async Task UploadSmallFile_Compressed_IsRefusedUnread()
    {
        var compressed = Claim(1_000);
        compressed[0] = 1;
        Assert.Equal("3", (await Http2Async(compressed)).Status);
    }

    [Fact]
    public async Task UploadSmallFile_FromASlowSender_EndsAtTheLimit()
    {
        var replica = Replica(("ReceiveLimit", "00:00:01"));
        Assert.Equal("4", (await Http2Async(Claim(1_000), replica)).Status);
        Assert.Equal("4", (await Http1Async("application/grpc-web+proto", Claim(1_000), replica: replica)).Status);
        await UntilAsync(() => System.Service<ProxyAdmission>(replica).Active == 0);
    }

    [Theory]
    [InlineData(UnaryPath)]
    [InlineData(StreamingPath)]
    public async Task SmallFile_FromASenderBelowTheRate_LosesItsTurnLongBeforeTheLimit(string path)
    {
        var replica = Replica(("MinBytesPerSecond", "1000000"), ("MinRateGrace", "00:00:00.2"), ("ReceiveLimit", "00:10:00"));
        foreach (var drips in (bool[])[false, true])
        {
            AssertTooSlow(await Http2Async(Claim(1_000), replica, path, drips: drips));
            AssertTooSlow(await Http1Async("application/grpc-web+proto", Claim(1_000), replica: replica, path: path, drips: drips));
        }

        await UntilAsync(() => System.Service<ProxyAdmission>(replica).Active == 0);

        static void AssertTooSlow((string? Status, string? Message) answer)
        {
            Assert.Equal("4", answer.Status);
            Assert.Contains("fewer than 1,000,000 bytes a second arrived", answer.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(UnaryPath, "two words")]
    [InlineData(StreamingPath, "two words")]
    [InlineData(StreamingPath, "")]
    public async Task SmallFile_WithAMalformedKey_IsRefusedBeforeItsBytesAndItsTurn(string path, string key)
    {
        var replica = Replica(("MaxConcurrent", "1"), ("MaxWaiting", "0"));
        using var turn = await System.Service<ProxyAdmission>(replica).EnterAsync(CancellationToken.None);
        Assert.Equal("3", (await Http2Async(Claim(1_000), replica, path, key)).Status);
    }

    /// <summary>How a message begins: what follows never comes.</summary>
    private static byte[] Claim(int length) => [0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];

    private async Task<(string? Status, string? Message)> Http2Async(
        byte[] begin, int replica = 0, string path = UnaryPath, string? key = null, bool drips = false)
    {
        using var http = new HttpClient { Timeout = Patience };
        using var content = new StalledContent(begin, drips);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(System.AddressOf(replica).Http2, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.Authorization = new("Bearer", Identity.Admin.Token());
        if (key is not null)
            Assert.True(request.Headers.TryAddWithoutValidation("idempotency-key", key));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return (answer.Headers.GetValues("grpc-status").Single(), Uri.UnescapeDataString(answer.Headers.GetValues("grpc-message").Single()));
    }

    /// <summary>Over a bare connection: a client would read no answer before all is sent.</summary>
    private async Task<(string? Status, string? Message)> Http1Async(
        string contentType, byte[] begin, long? declared = null, int replica = 0, string path = UnaryPath, bool drips = false)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, System.AddressOf(replica).Http1.Port, limit.Token);
        var stream = connection.GetStream();
        var length = declared is null ? "transfer-encoding: chunked" : $"content-length: {declared}";
        var chunk = declared is null ? string.Create(CultureInfo.InvariantCulture, $"{begin.Length:x}\r\n") : "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {contentType}\r\nauthorization: Bearer {Identity.Admin.Token()}\r\n{length}\r\n\r\n{chunk}"), limit.Token);
        await stream.WriteAsync(begin, limit.Token);
        if (declared is null)
            await stream.WriteAsync("\r\n"u8.ToArray(), limit.Token);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var dripping = drips ? DripAsync(stream, "1\r\n0\r\n"u8.ToArray(), answered.Token) : Task.CompletedTask;

        using var reader = new StreamReader(stream, Encoding.ASCII);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(limit.Token) is { Length: > 0 } line)
        {
            var (name, value) = line.Split(": ", 2) is [var left, var right] ? (left, right) : (line, "");
            headers[name] = value;
        }

        await answered.CancelAsync();
        await dripping;
        return (headers.GetValueOrDefault("grpc-status"), Uri.UnescapeDataString(headers.GetValueOrDefault("grpc-message", "")));
    }

    /// <summary>Sends a little again and again, until nobody wants it any more.</summary>
    private static async Task DripAsync(Stream stream, byte[] drop, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await stream.WriteAsync(drop, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The service has answered.
        }
    }

    /// <summary>Sends some bytes, and then not the end: nothing more, or one byte now and then.</summary>
    private sealed class StalledContent(byte[] bytes, bool drips) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(bytes, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            if (drips)
                await DripAsync(stream, [0], cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
