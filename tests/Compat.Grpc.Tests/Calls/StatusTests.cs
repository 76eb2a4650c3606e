using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using GrpcTests.Harness;
using GrpcTests.Sample;
using How = GrpcTests.Sample.FailRequest.Types.How;
using Status = Grpc.Core.Status;

namespace GrpcTests.Calls;

public sealed class StatusTests(SampleServerFixture fixture) : IClassFixture<SampleServerFixture>
{
    public static TheoryData<StatusCode> Failures => [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Status_Thrown_ReachesTheClient(StatusCode code)
    {
        var failure = await FailAsync(new FailRequest { How = How.Status, Code = (int)code, Message = "because" });

        Assert.Equal(code, failure.StatusCode);
        Assert.Equal("because", failure.Status.Detail);
        Assert.Equal($"Status(StatusCode=\"{code}\", Detail=\"because\")", failure.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("100% of \"it\"\r\nis gone")]
    [InlineData("größer, 大きい, 🎬")]
    public async Task Status_AnyDetail_ArrivesUnchanged(string detail)
    {
        var failure = await FailAsync(new FailRequest { How = How.Status, Code = (int)StatusCode.Aborted, Message = detail });

        Assert.Equal(detail, failure.Status.Detail);
    }

    [Fact]
    public async Task Status_SetOnTheContext_ReachesTheClient()
    {
        var failure = await FailAsync(new FailRequest { How = How.ContextStatus, Code = (int)StatusCode.DataLoss, Message = "lost" });

        Assert.Equal(new Status(StatusCode.DataLoss, "lost"), failure.Status);
    }

    [Fact]
    public async Task RichStatus_InTrailer_CarriesDetails()
    {
        var failure = await FailAsync(new FailRequest { How = How.RichStatus, Code = (int)StatusCode.InvalidArgument, Message = "bad" });

        var status = Google.Rpc.Status.Parser.ParseFrom(failure.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal((int)StatusCode.InvalidArgument, status.Code);
        Assert.Equal("bad", status.Message);
        Assert.Equal("ASKED_TO_FAIL", status.Details[0].Unpack<ErrorInfo>().Type);
        Assert.Equal("text", Assert.Single(status.Details[1].Unpack<BadRequest>().FieldViolations).Field);
    }

    [Fact]
    public async Task Crash_OfTheHandler_IsUnknownAndTellsNothing()
    {
        var failure = await FailAsync(new FailRequest { How = How.Crash, Message = "a secret" });

        Assert.Equal(StatusCode.Unknown, failure.StatusCode);
        Assert.Equal("Exception was thrown by handler.", failure.Status.Detail);
    }

    [Fact]
    public async Task Method_NotImplemented_IsUnimplemented()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await fixture.Client.MissingAsync(new EchoRequest()));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Fact]
    public async Task Service_NotMapped_IsUnimplemented()
    {
        var client = new Grpc.Health.V1.Health.HealthClient(fixture.Server.Channel);

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await client.CheckAsync(new()));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
        Assert.Equal("Service is unimplemented.", failure.Status.Detail);
    }

    [Fact]
    public async Task Server_NotThere_IsUnavailableWithTheCause()
    {
        string address;
        await using (var gone = await SampleServer.StartAsync())
            address = gone.Address;
        using var channel = GrpcChannel.ForAddress(address);

        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await new SampleService.SampleServiceClient(channel).EchoAsync(new EchoRequest()));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.NotNull(failure.Status.DebugException);
        Assert.Same(failure.Status.DebugException, failure.InnerException);
        Assert.Contains("DebugException=", failure.Message, StringComparison.Ordinal);
    }

    private async Task<RpcException> FailAsync(FailRequest request) =>
        await Assert.ThrowsAsync<RpcException>(async () => await fixture.Client.FailAsync(request));
}
