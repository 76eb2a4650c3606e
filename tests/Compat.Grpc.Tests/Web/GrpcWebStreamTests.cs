using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GrpcTests.Web;

/// <summary>Server streaming, deadlines and callers who leave.</summary>
public sealed class GrpcWebStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task ServerStreaming_EachMessage_ArrivesBeforeTheNextIsWritten(string dialect)
    {
        var steps = Channel.CreateUnbounded<string>();
        await using var server = await GrpcWebServer.StartAsync(app => app.MapGrpcService<Stepwise>(), services: services => services.AddSingleton(steps));
        var spoken = Dialect.Of(dialect);
        string[] texts = ["a", "bb", "ccc", "dddd"];
        await steps.Writer.WriteAsync(texts[0]);
        using var response = await SendAsync(server, spoken, "Repeat", RawCall.Frame(new RepeatRequest()));
        await using var body = await response.Content.ReadAsStreamAsync();

        // Lengths that leave one, two and no bytes of a group of three.
        for (var i = 0; i < texts.Length; i++)
        {
            var frame = spoken.Encode(RawCall.Frame(new EchoResponse { Text = texts[i] }));
            Assert.Equal(frame, await ReadAsync(body, frame.Length));
            if (i + 1 < texts.Length)
                await steps.Writer.WriteAsync(texts[i + 1]);
        }

        steps.Writer.Complete();
        using var rest = new StreamReader(body, Encoding.ASCII);
        var end = await rest.ReadToEndAsync().WaitAsync(Patience);
        Assert.EndsWith("grpc-status: 0\r\n", spoken.IsText ? Encoding.ASCII.GetString(GrpcWebAnswer.Decode(end)) : end, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1 binary", 0)]
    [InlineData("1.1 text", 1)]
    [InlineData("2.0 text", 300)]
    public async Task ServerStreaming_Messages_ComeInOrderWithTrailers(string dialect, int times)
    {
        await using var server = await GrpcWebServer.StartAsync();

        var answer = await server.CallAsync(Dialect.Of(dialect), "Repeat", RawCall.Frame(new RepeatRequest { Text = "n", Times = times }));

        Assert.Equal(Enumerable.Range(1, times).Select(i => string.Create(CultureInfo.InvariantCulture, $"n {i}")), answer.Echoes.Select(echo => echo.Text));
        Assert.Equal(StatusCode.OK, answer.Status);
        Assert.Equal(times.ToString(CultureInfo.InvariantCulture), times == 0 ? answer.Headers["count"] : answer.Trailers["count"]);
    }

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Deadline_Passed_EndsTheCallAndIsTold(string dialect)
    {
        await using var server = await GrpcWebServer.StartAsync();

        var answer = await server.CallAsync(Dialect.Of(dialect), "Hang", RawCall.Frame(new HangRequest { Id = dialect }), ("grpc-timeout", "300m"));

        Assert.Equal("hanging", Assert.Single(answer.Echoes).Text);
        Assert.Equal("4", answer.Trailers["grpc-status"]);
        await server.Observations.Seen($"{dialect} cancelled");
    }

    [Theory]
    [InlineData("1.1 binary")]
    [InlineData("2.0 text")]
    public async Task Deadline_PassedWhileTheMethodIgnoresIt_IsToldAtOnce(string dialect)
    {
        var steps = Channel.CreateUnbounded<string>();
        await using var server = await GrpcWebServer.StartAsync(app => app.MapGrpcService<Stepwise>(), services: services => services.AddSingleton(steps));
        await steps.Writer.WriteAsync("a");

        var answer = await server.CallAsync(Dialect.Of(dialect), "Repeat", RawCall.Frame(new RepeatRequest()), ("grpc-timeout", "300m")).WaitAsync(Patience);

        Assert.Equal("4", answer.Trailers["grpc-status"]);
        steps.Writer.Complete();
    }

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Caller_Leaves_MethodIsCancelled(string dialect)
    {
        await using var server = await GrpcWebServer.StartAsync();
        using (var response = await SendAsync(server, Dialect.Of(dialect), "Hang", RawCall.Frame(new HangRequest { Id = dialect })))
        {
            var body = await response.Content.ReadAsStreamAsync();
            await ReadAsync(body, 1);
        }

        await server.Observations.Seen($"{dialect} cancelled");
    }

    private static Task<HttpResponseMessage> SendAsync(GrpcWebServer server, Dialect dialect, string method, byte[] frame) =>
        server.SendAsync(dialect, $"sample.v1.SampleService/{method}", new ByteArrayContent(dialect.Encode(frame))).WaitAsync(Patience);

    private static async Task<byte[]> ReadAsync(Stream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Patience);
        return bytes;
    }

    private sealed class Stepwise(Channel<string> steps) : SampleService.SampleServiceBase
    {
        public override async Task Repeat(RepeatRequest request, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
        {
            await foreach (var text in steps.Reader.ReadAllAsync())
                await responseStream.WriteAsync(new EchoResponse { Text = text });
        }
    }
}
