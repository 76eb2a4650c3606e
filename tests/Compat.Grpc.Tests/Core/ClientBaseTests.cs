using Grpc.Core;
using Grpc.Core.Interceptors;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Core;

public sealed class ClientBaseTests(SampleServerFixture fixture) : IClassFixture<SampleServerFixture>
{
    [Fact]
    public async Task WithHost_EachKindOfCall_NamesTheHost()
    {
        // Grpc.Net.Client always sends the channel's own host, so that the invoker is where it shows.
        var recorder = new ClientRecorder("client", []);
        var client = new SampleService.SampleServiceClient(fixture.Server.Channel.Intercept(recorder));
        var renamed = client.WithHost("media.example");

        await client.EchoAsync(new EchoRequest());
        await renamed.EchoAsync(new EchoRequest());
        renamed.Echo(new EchoRequest());
        renamed.Repeat(new RepeatRequest()).Dispose();
        renamed.Collect().Dispose();
        renamed.Chat().Dispose();

        Assert.Equal([null, .. Enumerable.Repeat("media.example", 5)], recorder.Hosts);
    }

    [Fact]
    public async Task Double_OverriddenMethod_NeedsNoChannel()
    {
        var client = new DoubleClient();

        using var call = client.EchoAsync(new EchoRequest());

        Assert.Equal("double", (await call).Text);
        Assert.Equal("value", (await call.ResponseHeadersAsync).GetValue("key"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
        call.Dispose();
        Assert.Equal(1, client.Disposed);
    }

    [Fact]
    public void Double_OtherMethod_IsNotImplemented() =>
        Assert.Throws<NotImplementedException>(() => new DoubleClient().DescribeAsync(new DescribeRequest()));

    [Fact]
    public void Constructor_NoChannel_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new SampleService.SampleServiceClient((ChannelBase)null!));
        Assert.Throws<ArgumentNullException>(() => new SampleService.SampleServiceClient((CallInvoker)null!));
    }

    private sealed class DoubleClient : SampleService.SampleServiceClient
    {
        public int Disposed { get; private set; }

        public override AsyncUnaryCall<EchoResponse> EchoAsync(
            EchoRequest request, Metadata? headers = null, DateTime? deadline = null, CancellationToken cancellationToken = default) => new(
                Task.FromResult(new EchoResponse { Text = "double" }),
                _ => Task.FromResult(new Metadata { { "key", "value" } }),
                _ => Status.DefaultSuccess,
                _ => [],
                state => ((DoubleClient)state).Disposed++,
                this);
    }
}
