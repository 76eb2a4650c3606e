using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Calls;

public sealed class MetadataOnTheWireTests(SampleServerFixture fixture) : IClassFixture<SampleServerFixture>
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    [Fact]
    public async Task RequestHeaders_TextAndBinary_ReachTheServer()
    {
        var headers = new Metadata { { "X-Text", "plain value" }, { "x-bytes-bin", AllBytes }, { "x-empty-bin", Array.Empty<byte>() } };

        var seen = await fixture.Client.DescribeAsync(new DescribeRequest(), headers);

        Assert.Contains("x-text=plain value", seen.Headers);
        Assert.Contains($"x-bytes-bin:{Convert.ToBase64String(AllBytes)}", seen.Headers);
        Assert.Contains("x-empty-bin:", seen.Headers);
        Assert.Contains(seen.Headers, header => header.StartsWith("user-agent=grpc-dotnet/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RequestHeaders_SameKeyTwice_AreJoinedInOrder()
    {
        var seen = await fixture.Client.DescribeAsync(new DescribeRequest(), new Metadata { { "x-many", "first" }, { "x-many", "second" } });

        // The gRPC protocol lets an HTTP library join the values of a key with commas; .NET's does.
        Assert.Contains("x-many=first, second", seen.Headers);
    }

    [Fact]
    public async Task ResponseHeadersAndTrailers_TextAndBinary_ReachTheClientApart()
    {
        using var call = fixture.Client.EchoAsync(new EchoRequest(), new Metadata
        {
            { "mirror-header-text", "up front" },
            { "mirror-header-bin", AllBytes },
            { "mirror-trailer-text", "at the end" },
            { "mirror-trailer-bin", AllBytes },
        });

        var headers = await call.ResponseHeadersAsync;
        await call;
        var trailers = call.GetTrailers();

        Assert.Equal("up front", headers.GetValue("mirror-header-text"));
        Assert.Equal(AllBytes, headers.GetValueBytes("mirror-header-bin"));
        Assert.Equal("at the end", trailers.GetValue("mirror-trailer-text"));
        Assert.Equal(AllBytes, trailers.GetValueBytes("mirror-trailer-bin"));
        Assert.Null(headers.Get("mirror-trailer-text"));
        Assert.Null(trailers.Get("mirror-header-text"));
    }

    [Fact]
    public async Task ResponseHeaders_FailedCall_StillHaveTrailers()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await fixture.Client.FailAsync(
            new FailRequest { How = FailRequest.Types.How.Status, Code = 5, Message = "gone" }));

        Assert.Equal("asked", failure.Trailers.GetValue("why"));
    }
}
