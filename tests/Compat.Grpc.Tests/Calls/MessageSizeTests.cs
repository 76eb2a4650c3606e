using Google.Protobuf;
using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Calls;

public sealed class MessageSizeTests
{
    private const int MiB = 1024 * 1024;
    private const int Default = 4 * MiB;

    [Fact]
    public async Task Message_Of20MiB_PassesBothWaysWhenAllowed()
    {
        await using var server = await SampleServer.StartAsync(options => options.MaxReceiveMessageSize = 32 * MiB);
        using var channel = server.Connect(options => options.MaxReceiveMessageSize = 32 * MiB);
        var payload = new byte[20 * MiB];
        new Random(7).NextBytes(payload);

        var response = await new SampleService.SampleServiceClient(channel)
            .EchoAsync(new EchoRequest { Payload = UnsafeByteOperations.UnsafeWrap(payload) });

        Assert.True(response.Payload.Span.SequenceEqual(payload));
    }

    [Fact]
    public async Task Request_OverTheServersDefault_IsResourceExhausted()
    {
        await using var server = await SampleServer.StartAsync();

        await AssertExhausted(server.Client, Default + 1, "Received message exceeds the maximum configured message size.");
    }

    [Fact]
    public async Task Response_OverTheClientsDefault_IsResourceExhausted()
    {
        await using var server = await SampleServer.StartAsync(options => options.MaxReceiveMessageSize = null);

        await AssertExhausted(server.Client, Default + 1, "Received message exceeds the maximum configured message size.");
    }

    [Fact]
    public async Task Response_OverTheServersSendLimit_IsResourceExhausted()
    {
        await using var server = await SampleServer.StartAsync(options => options.MaxSendMessageSize = 1000);

        await AssertExhausted(server.Client, 1001, "Sending message exceeds the maximum configured message size.");
    }

    [Fact]
    public async Task Request_OverTheClientsSendLimit_IsResourceExhausted()
    {
        await using var server = await SampleServer.StartAsync();
        using var channel = server.Connect(options => options.MaxSendMessageSize = 1000);

        await AssertExhausted(
            new SampleService.SampleServiceClient(channel), 1001, "Sending message exceeds the maximum configured message size.");
    }

    private static async Task AssertExhausted(SampleService.SampleServiceClient client, int size, string detail)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await client.EchoAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[size]) }));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Equal(detail, failure.Status.Detail);
        Assert.Equal("still there", (await client.EchoAsync(new EchoRequest { Text = "still there" })).Text);
    }
}
