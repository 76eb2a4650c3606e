using System.Net;
using System.Text;
using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Web;

/// <summary>Whatever is sent is answered with a status. That of a bad frame is the gRPC server's own, as for a plain gRPC call.</summary>
public sealed class GrpcWebMalformedTests(GrpcWebServerFixture fixture) : IClassFixture<GrpcWebServerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A frame of one message: flag, length 4, field 1 of two characters.
    private const string Good = "AAAAAAQKAmhp";

    [Theory]
    [InlineData("", StatusCode.Internal)]
    [InlineData("A", StatusCode.InvalidArgument)]
    [InlineData("AAAA", StatusCode.Internal)]
    [InlineData("AAAAAAQKAmh", StatusCode.InvalidArgument)]
    [InlineData("====", StatusCode.InvalidArgument)]
    [InlineData("AA=A", StatusCode.InvalidArgument)]
    [InlineData("A===", StatusCode.InvalidArgument)]
    [InlineData("AAAAAAQK\r\nAmhp", StatusCode.InvalidArgument)]
    [InlineData("AAAA AAQKAmhp", StatusCode.InvalidArgument)]
    [InlineData("AAAAAAQK-_hp", StatusCode.InvalidArgument)]
    [InlineData("AAAAAAQKAmhpA", StatusCode.InvalidArgument)]
    [InlineData(Good + Good, StatusCode.Internal)]
    [InlineData("gAAAAAQKAmhp", StatusCode.Unknown)]
    [InlineData("AP////8KAmhp", StatusCode.Unknown)]
    [InlineData("AH////8KAmhp", StatusCode.ResourceExhausted)]
    public async Task TextUnary_Malformed_IsAnsweredWithAStatus(string body, StatusCode expected) =>
        await AssertAsync(expected, Dialect.Text1, Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData(Good)]
    [InlineData("AA==AA==AA==AA==BA==Cg==Ag==aA==aQ==")]
    [InlineData("AAA=AAAECgI=aGk=")]
    public async Task TextUnary_PiecesPaddedEachForItself_AreOneMessage(string body)
    {
        foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
            using var response = await fixture.Server.SendAsync(new Dialect(version, IsText: true), "sample.v1.SampleService/Echo", content);
            var answer = await GrpcWebAnswer.ReadAsync(response);

            Assert.Equal("hi", Assert.Single(answer.Echoes).Text);
        }
    }

    [Theory]
    [InlineData("", StatusCode.Internal)]
    [InlineData("00", StatusCode.Internal)]
    [InlineData("00000000", StatusCode.Internal)]
    [InlineData("00000000040A0268", StatusCode.Internal)]
    [InlineData("02000000040A026869", StatusCode.Unknown)]
    [InlineData("80000000040A026869", StatusCode.Unknown)]
    [InlineData("01000000040A026869", StatusCode.Internal)]
    [InlineData("00000000020A7F", StatusCode.Unknown)]
    [InlineData("00FFFFFFFF0A026869", StatusCode.Unknown)]
    public async Task BinaryUnary_Malformed_IsAnsweredWithAStatus(string hex, StatusCode expected) =>
        await AssertAsync(expected, Dialect.Binary1, Convert.FromHexString(hex));

    [Theory]
    [InlineData("application/grpc-webtext")]
    [InlineData("application/grpc-web/text")]
    [InlineData("application/grpc-web-binary")]
    [InlineData("application/json")]
    [InlineData("text/grpc-web")]
    public async Task ContentType_OfAnotherKind_IsNotTaken(string contentType)
    {
        using var content = new ByteArrayContent(RawCall.Frame(new EchoRequest()));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await fixture.Server.SendAsync(new Dialect(HttpVersion.Version20, IsText: false), "sample.v1.SampleService/Echo", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Text_BytesWithoutEnd_StopAtTheLimitOfAMessage()
    {
        // The server may close the connection while the rest is on its way, so it is nobody else's.
        await using var server = await GrpcWebServer.StartAsync();
        var sent = new Endless();

        using var response = await server.SendAsync(Dialect.Text1, "sample.v1.SampleService/Echo", sent).WaitAsync(Patience);
        var answer = await GrpcWebAnswer.ReadAsync(response);

        Assert.Equal(StatusCode.ResourceExhausted, answer.Status);
    }

    private async Task AssertAsync(StatusCode expected, Dialect dialect, byte[] raw)
    {
        // The server may end the connection after such a request; another request must not find it in the pool at that moment.
        (string, string)[] headers = dialect.Version == HttpVersion.Version11 ? [("connection", "close")] : [];
        using var response = await fixture.Server.SendAsync(dialect, "sample.v1.SampleService/Echo", new ByteArrayContent(raw), headers).WaitAsync(Patience);
        var answer = await GrpcWebAnswer.ReadAsync(response).WaitAsync(Patience);

        Assert.Equal(HttpStatusCode.OK, answer.HttpStatus);
        Assert.Equal(expected, answer.Status);
        Assert.NotEmpty(answer.Message);
    }

    /// <summary>A frame that says it is 1 GB, and 20 MB of it.</summary>
    private sealed class Endless : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            byte[] frame = [0, 0x40, 0, 0, 0, 0];
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Convert.ToBase64String(frame)));
            var zeros = Encoding.ASCII.GetBytes(new string('A', 64 * 1024));
            for (var i = 0; i < 320; i++)
                await stream.WriteAsync(zeros);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
