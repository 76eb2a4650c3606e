using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Calls;

public sealed class DeadlineTests(SampleServerFixture fixture) : IClassFixture<SampleServerFixture>
{
    [Fact]
    public async Task Deadline_Set_IsSeenByTheServer()
    {
        var seen = await fixture.Client.DescribeAsync(new DescribeRequest(), deadline: DateTime.UtcNow.AddHours(1));

        Assert.InRange(seen.TimeLeft.ToTimeSpan(), TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(61));
    }

    [Fact]
    public async Task Deadline_NotSet_IsNeverForTheServer() =>
        Assert.Null((await fixture.Client.DescribeAsync(new DescribeRequest())).TimeLeft);

    [Fact]
    public async Task Deadline_Passes_EndsTheCallOnBothSides()
    {
        using var call = fixture.Client.Hang(new HangRequest { Id = "deadline" }, deadline: DateTime.UtcNow.AddSeconds(1));
        Assert.True(await call.ResponseStream.MoveNext());

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
        await fixture.Server.Observations.Seen("deadline cancelled");
    }

    [Fact]
    public async Task Deadline_InThePast_FailsWithoutACall()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await fixture.Client.EchoAsync(new EchoRequest(), deadline: DateTime.UtcNow.AddSeconds(-1)));
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task Deadline_NotUtc_IsRefused() =>
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.Client.EchoAsync(
            new EchoRequest(), deadline: new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Local)));

    [Fact]
    public async Task Deadline_OnlyInTheHeader_IsEnforcedByTheServer()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var (_, trailers) = await RawCall.SendAsync(
            http, fixture.Server.Address, "Hang", RawCall.Frame(new HangRequest { Id = "header" }), ("grpc-timeout", "500m"));

        Assert.Equal("4", trailers["grpc-status"]);
        await fixture.Server.Observations.Seen("header cancelled");
    }
}
