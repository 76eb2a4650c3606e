using Grpc.Core;

namespace GrpcTests.Core;

public sealed class StatusValueTests
{
    [Theory]
    [InlineData(StatusCode.OK, 0)]
    [InlineData(StatusCode.Cancelled, 1)]
    [InlineData(StatusCode.Unknown, 2)]
    [InlineData(StatusCode.InvalidArgument, 3)]
    [InlineData(StatusCode.DeadlineExceeded, 4)]
    [InlineData(StatusCode.NotFound, 5)]
    [InlineData(StatusCode.AlreadyExists, 6)]
    [InlineData(StatusCode.PermissionDenied, 7)]
    [InlineData(StatusCode.ResourceExhausted, 8)]
    [InlineData(StatusCode.FailedPrecondition, 9)]
    [InlineData(StatusCode.Aborted, 10)]
    [InlineData(StatusCode.OutOfRange, 11)]
    [InlineData(StatusCode.Unimplemented, 12)]
    [InlineData(StatusCode.Internal, 13)]
    [InlineData(StatusCode.Unavailable, 14)]
    [InlineData(StatusCode.DataLoss, 15)]
    [InlineData(StatusCode.Unauthenticated, 16)]
    public void StatusCode_Number_IsTheProtocols(StatusCode code, int number) => Assert.Equal(number, (int)code);

    [Fact]
    public void ToString_WithAndWithoutException_NamesAllParts()
    {
        Assert.Equal("Status(StatusCode=\"OK\", Detail=\"\")", Status.DefaultSuccess.ToString());
        Assert.Equal("Status(StatusCode=\"Cancelled\", Detail=\"\")", Status.DefaultCancelled.ToString());
        Assert.Equal(
            "Status(StatusCode=\"Internal\", Detail=\"why\", DebugException=\"System.InvalidOperationException: what\")",
            new Status(StatusCode.Internal, "why", new InvalidOperationException("what")).ToString());
    }

    [Fact]
    public void RpcException_EachConstructor_HasStatusTrailersAndMessage()
    {
        var status = new Status(StatusCode.NotFound, "gone");
        var trailers = new Metadata { { "key", "value" } };

        Assert.Equal(status.ToString(), new RpcException(status).Message);
        Assert.Empty(new RpcException(status).Trailers);
        Assert.Equal("words", new RpcException(status, "words").Message);
        Assert.Same(trailers, new RpcException(status, trailers).Trailers);
        Assert.Equal("words", new RpcException(status, trailers, "words").Message);
        Assert.Equal(StatusCode.NotFound, new RpcException(status).StatusCode);
        Assert.Throws<ArgumentNullException>(() => new RpcException(status, (Metadata)null!));
    }
}
