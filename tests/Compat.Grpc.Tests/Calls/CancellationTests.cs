using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Calls;

public sealed class CancellationTests(SampleServerFixture fixture) : IClassFixture<SampleServerFixture>
{
    private static DateTime Patience => DateTime.UtcNow.AddSeconds(20);

    [Fact]
    public async Task Token_Cancelled_EndsTheCallOnBothSides()
    {
        using var source = new CancellationTokenSource();
        using var call = fixture.Client.Hang(new HangRequest { Id = "token" }, deadline: Patience, cancellationToken: source.Token);
        Assert.True(await call.ResponseStream.MoveNext());

        await source.CancelAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        await fixture.Server.Observations.Seen("token cancelled");
    }

    [Fact]
    public async Task Dispose_BeforeTheEnd_CancelsTheServer()
    {
        var call = fixture.Client.Hang(new HangRequest { Id = "dispose" });
        Assert.True(await call.ResponseStream.MoveNext());

        call.Dispose();

        await fixture.Server.Observations.Seen("dispose cancelled");
    }

    [Fact]
    public async Task Server_EndsWithCancelled_IsSeenByTheClient()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await fixture.Client.FailAsync(
            new FailRequest { How = FailRequest.Types.How.Status, Code = (int)StatusCode.Cancelled, Message = "enough" }));

        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        Assert.Equal("enough", failure.Status.Detail);
    }

    [Fact]
    public async Task Token_CancelledWithChannelOption_ThrowsOperationCanceled()
    {
        using var channel = fixture.Server.Connect(options => options.ThrowOperationCanceledOnCancellation = true);
        using var source = new CancellationTokenSource();
        using var call = new SampleService.SampleServiceClient(channel)
            .Hang(new HangRequest { Id = "exception" }, deadline: Patience, cancellationToken: source.Token);
        Assert.True(await call.ResponseStream.MoveNext());

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseStream.MoveNext());
    }
}
