using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;
using Microsoft.AspNetCore.Builder;

namespace GrpcTests.Web;

/// <summary>Unary calls, byte by byte.</summary>
public sealed class GrpcWebCallTests(GrpcWebServerFixture fixture) : IClassFixture<GrpcWebServerFixture>
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Unary_AllBytes_ComeBackWithTheStatusInTheBody(string dialect)
    {
        var answer = await CallAsync(dialect, "Echo", new EchoRequest { Text = "größer", Payload = ByteString.CopyFrom(AllBytes) });

        var echo = Assert.Single(answer.Echoes);
        Assert.Equal("größer", echo.Text);
        Assert.Equal(AllBytes, echo.Payload);
        Assert.Equal(HttpStatusCode.OK, answer.HttpStatus);
        Assert.Equal(Dialect.Of(dialect).ContentType, answer.ContentType);
        Assert.Equal("grpc-status: 0\r\n", answer.TrailerBlock);
        Assert.Equal(0, answer.HttpTrailers);
        Assert.DoesNotContain("grpc-status", answer.Headers.Keys);
    }

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Unary_Metadata_ComesBackInHeadersAndInTheBody(string dialect)
    {
        var answer = await CallAsync(
            dialect,
            "Echo",
            new EchoRequest { Text = "hi" },
            ("mirror-header-text", "up front"),
            ("mirror-trailer-text", "at the end"),
            ("Mirror-Trailer-BYTES-bin", Convert.ToBase64String(AllBytes)));

        Assert.Equal("up front", answer.Headers["mirror-header-text"]);
        Assert.Equal("at the end", answer.Trailers["mirror-trailer-text"]);
        Assert.Equal(AllBytes, Unpadded(answer.Trailers["mirror-trailer-bytes-bin"]));
    }

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Unary_ErrorBeforeAnyMessage_IsInTheHeaders(string dialect)
    {
        var answer = await CallAsync(
            dialect, "Fail", new FailRequest { How = FailRequest.Types.How.RichStatus, Code = (int)StatusCode.InvalidArgument, Message = "größer als 100%" });

        Assert.Equal(HttpStatusCode.OK, answer.HttpStatus);
        Assert.Equal(Dialect.Of(dialect).ContentType, answer.ContentType);
        Assert.Equal("3", answer.Headers["grpc-status"]);
        Assert.Equal("gr%C3%B6%C3%9Fer als 100%25", answer.Headers["grpc-message"]);
        Assert.Equal(2, Google.Rpc.Status.Parser.ParseFrom(Unpadded(answer.Headers["grpc-status-details-bin"])).Details.Count);
        Assert.Empty(answer.Body);
    }

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Unary_ErrorAfterTheHeaders_IsInTheBody(string dialect)
    {
        await using var server = await GrpcWebServer.StartAsync(app => app.MapGrpcService<LateFailure>());

        var answer = await server.CallAsync(Dialect.Of(dialect), "Repeat", RawCall.Frame(new RepeatRequest()));

        Assert.Single(answer.Messages);
        Assert.Equal(StatusCode.DataLoss, answer.Status);
        Assert.Equal("why: this  that\r\ngrpc-status: 15\r\ngrpc-message: 100%25 lost%0D%0A\r\n", answer.TrailerBlock);
    }

    [Theory]
    [InlineData("application/grpc-web", null, "application/grpc-web")]
    [InlineData("application/grpc-web+proto", null, "application/grpc-web+proto")]
    [InlineData("application/grpc-web-text", null, "application/grpc-web-text")]
    [InlineData("Application/GRPC-Web-Text+Proto; charset=utf-8", null, "application/grpc-web-text+Proto")]
    [InlineData("application/grpc-web-text", "application/grpc-web-text", "application/grpc-web-text")]
    [InlineData("application/grpc-web-text", "application/grpc-web", "application/grpc-web")]
    [InlineData("application/grpc-web", "text/html, application/grpc-web-text;q=1", "application/grpc-web-text")]
    [InlineData("application/grpc-web-text", "*/*", "application/grpc-web-text")]
    public async Task ContentType_AndAccept_DecideHowBothSidesWrite(string contentType, string? accept, string expected)
    {
        var dialect = new Dialect(HttpVersion.Version11, contentType.Contains("text", StringComparison.OrdinalIgnoreCase));
        var body = dialect.Encode(RawCall.Frame(new EchoRequest { Text = "hi" }));
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        (string, string)[] headers = accept is null ? [] : [("accept", accept)];

        using var response = await fixture.Server.SendAsync(dialect, "sample.v1.SampleService/Echo", content, headers);
        var answer = await GrpcWebAnswer.ReadAsync(response);

        Assert.Equal(expected, answer.ContentType);
        Assert.Equal("hi", Assert.Single(answer.Echoes).Text);
    }

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Unary_LargeMessages_PassBothWays(string dialect)
    {
        var payload = new byte[3_500_001];
        new Random(1).NextBytes(payload);

        var answer = await CallAsync(dialect, "Echo", new EchoRequest { Payload = ByteString.CopyFrom(payload) });

        Assert.Equal(payload, Assert.Single(answer.Echoes).Payload);
    }

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Unary_Gzip_IsReadAndWritten(string dialect)
    {
        await using var server = await GrpcWebServer.StartAsync(grpc: options => options.ResponseCompressionAlgorithm = "gzip");
        var request = new EchoRequest { Text = new string('a', 10_000) };
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            request.WriteTo(gzip);

        var answer = await server.CallAsync(
            Dialect.Of(dialect),
            "Echo",
            RawCall.Frame(compressed.ToArray(), compressed: true),
            ("grpc-encoding", "gzip"),
            ("grpc-accept-encoding", "gzip"));

        var (flag, payload) = Assert.Single(answer.Messages);
        Assert.Equal(1, flag);
        Assert.Equal("gzip", answer.Headers["grpc-encoding"]);
        using var plain = new GZipStream(new MemoryStream(payload), CompressionMode.Decompress);
        Assert.Equal(request.Text, EchoResponse.Parser.ParseFrom(plain).Text);
    }

    [Fact]
    public async Task Unary_HeadersOfBrowserClients_ReachTheMethod()
    {
        var answer = await CallAsync("1.1 binary", "Describe", new DescribeRequest(), ("x-grpc-web", "1"), ("x-user-agent", "page"), ("grpc-timeout", "3600S"));

        var seen = DescribeResponse.Parser.ParseFrom(Assert.Single(answer.Messages).Payload);
        Assert.Contains("x-user-agent=page", seen.Headers);
        Assert.InRange(seen.TimeLeft.Seconds, 3300, 3600);
    }

    [Theory]
    [InlineData("1.1 binary")]
    [InlineData("2.0 text")]
    public async Task Unary_UnknownMethod_IsUnimplemented(string dialect) =>
        Assert.Equal(StatusCode.Unimplemented, (await CallAsync(dialect, "NoSuchMethod", new EchoRequest())).Status);

    private static byte[] Unpadded(string base64) => Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='));

    private Task<GrpcWebAnswer> CallAsync(string dialect, string method, IMessage message, params (string Name, string Value)[] headers) =>
        fixture.Server.CallAsync(Dialect.Of(dialect), method, RawCall.Frame(message), headers);

    private sealed class LateFailure : SampleService.SampleServiceBase
    {
        public override async Task Repeat(RepeatRequest request, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new EchoResponse { Text = "one" });
            throw new RpcException(new Status(StatusCode.DataLoss, "100% lost\r\n"), new Metadata { { "why", "this\r\nthat" } });
        }
    }
}
