using System.IO.Compression;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.ServiceDefaults.Tests.Errors;

/// <summary>Errors that gRPC raises by itself are as rich as ours.</summary>
public sealed class BareStatusTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(ScriptedServices.Map, ScriptedServices.With(new Script
    {
        StreamEvents = async (requests, _) =>
        {
            while (await requests.MoveNext())
            {
            }

            return new StreamEventsResponse();
        },
    }));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/moviesnow.catalog.v1.TitleService/NoSuchMethod", ErrorReason.Unimplemented)]
    [InlineData("/moviesnow.catalog.v1.NoSuchService/GetTitle", ErrorReason.Unimplemented)]
    public async Task Post_UnknownMethod_IsRich(string path, ErrorReason reason) => AssertIs(reason, await _host.PostAsync(path));

    [Fact]
    public async Task Post_MalformedMessage_IsRich() =>
        AssertIs(ErrorReason.Internal, await _host.PostAsync("/moviesnow.catalog.v1.TitleService/GetTitle", [0x0a, 0x7f]));

    // A proxy that hands a call on to another replica may have lost its message.
    [Theory]
    [InlineData("/moviesnow.catalog.v1.TitleService/GetTitle", new byte[0])]
    [InlineData("/moviesnow.catalog.v1.TitleService/GetTitle", new byte[] { 0, 0, 0 })]
    [InlineData("/moviesnow.catalog.v1.TitleService/GetTitle", new byte[] { 0, 0, 0, 0, 9, 0x0a, 0x07 })]
    [InlineData("/moviesnow.telemetry.v1.PlaybackSessionService/StreamEvents", new byte[] { 0, 0, 0, 0, 9, 0x0a, 0x07 })]
    public async Task Post_MessageThatIsNotWhole_MayBeRepeated(string path, byte[] body) =>
        AssertIs(ErrorReason.RequestIncomplete, await _host.PostBodyAsync(path, body, ("authorization", $"Bearer {Who.Service.Token()}")));

    [Theory]
    [InlineData("/moviesnow.catalog.v1.TitleService/GetTitle")]
    [InlineData("/moviesnow.telemetry.v1.PlaybackSessionService/StreamEvents")]
    public async Task Post_MessageOverTheLimit_SaysThatRepeatingDoesNotHelp(string path)
    {
        var answer = await _host.PostAsync(path, new byte[5 * 1024 * 1024], ("authorization", $"Bearer {Who.Service.Token()}"));

        AssertIs(ErrorReason.MessageTooLarge, answer);
        Assert.Single(answer.Details!.Details);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Post_CompressedMessageOverTheLimit_IsRefused(string encoding)
    {
        var answer = await _host.PostAsync("/moviesnow.catalog.v1.TitleService/GetTitle", Compressed(encoding, 1 << 28), ("grpc-encoding", encoding));

        AssertIs(ErrorReason.MessageTooLarge, answer);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Post_CompressedMessage_IsTaken(string encoding)
    {
        var answer = await _host.PostAsync("/moviesnow.catalog.v1.TitleService/GetTitle", Compressed(encoding, 0), ("grpc-encoding", encoding));

        Assert.Equal("OK", answer.Reason);
    }

    [Fact]
    public async Task Post_UnknownHealthService_KeepsTheStatusOfTheHealthProtocol()
    {
        var answer = await _host.PostAsync("/grpc.health.v1.Health/Check", [0x0a, 0x01, (byte)'x']);

        Assert.Equal(StatusCode.NotFound, answer.Code);
    }

    private static byte[] Compressed(string encoding, int zeros)
    {
        using var bytes = new MemoryStream();
        using (Stream compression = encoding is "gzip" ? new GZipStream(bytes, CompressionLevel.Fastest) : new ZLibStream(bytes, CompressionLevel.Fastest))
        {
            var block = new byte[1 << 16];
            for (; zeros > 0; zeros -= block.Length)
            {
                compression.Write(block);
            }
        }

        return bytes.ToArray();
    }

    private static void AssertIs(ErrorReason reason, RawAnswer answer)
    {
        Assert.Equal(ErrorReasons.CodeOf(reason), answer.Code);
        Assert.Equal(ErrorReasons.NameOf(reason), answer.Reason);
        Assert.Equal(ErrorReasons.MessageOf(reason), answer.Text);
        Assert.DoesNotContain("Server:", answer.Everything, StringComparison.OrdinalIgnoreCase);
    }
}
