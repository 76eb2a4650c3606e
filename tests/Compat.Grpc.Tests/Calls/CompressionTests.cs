using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Compression;
using GrpcTests.Harness;
using GrpcTests.Sample;

namespace GrpcTests.Calls;

public sealed class CompressionTests
{
    private static readonly EchoRequest Zeros = new() { Payload = ByteString.CopyFrom(new byte[100_000]) };

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Encoding_AskedForOnBothSides_CompressesBothWays(string encoding)
    {
        await using var server = await StartAsync(encoding);
        using var wire = new WireRecorder();
        using var channel = server.Connect(options =>
        {
            options.HttpHandler = wire;
            options.CompressionProviders = [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];
        });

        var response = await new SampleService.SampleServiceClient(channel)
            .EchoAsync(Zeros, new Metadata { { Metadata.CompressionRequestAlgorithmMetadataKey, encoding } });

        Assert.Equal(Zeros.Payload, response.Payload);
        Assert.Equal(encoding, wire.RequestEncoding);
        Assert.Equal(encoding, wire.ResponseEncoding);
        Assert.Equal(Zeros.ToByteArray(), Decompress(wire.RequestBody, encoding));
        Assert.Equal(response.ToByteArray(), Decompress(wire.ResponseBody, encoding));
    }

    [Fact]
    public async Task Encoding_NotAskedFor_SendsThePlainMessage()
    {
        await using var server = await SampleServer.StartAsync();
        using var wire = new WireRecorder();
        using var channel = server.Connect(options => options.HttpHandler = wire);

        await new SampleService.SampleServiceClient(channel).EchoAsync(Zeros);

        Assert.Equal(RawCall.Frame(Zeros), wire.RequestBody);
        Assert.Equal(wire.RequestBody, wire.ResponseBody);
    }

    [Fact]
    public async Task NoCompress_OnTheMessage_SendsItPlain()
    {
        await using var server = await StartAsync("gzip");
        using var wire = new WireRecorder();
        using var channel = server.Connect(options => options.HttpHandler = wire);
        var options = new CallOptions(
            new Metadata { { Metadata.CompressionRequestAlgorithmMetadataKey, "gzip" }, { "no-compress", "please" } },
            writeOptions: new WriteOptions(WriteFlags.NoCompress));

        await new SampleService.SampleServiceClient(channel).EchoAsync(Zeros, options);

        Assert.Equal(RawCall.Frame(Zeros), wire.RequestBody);
        Assert.Equal(RawCall.Frame(Zeros), wire.ResponseBody);
    }

    [Fact]
    public async Task Encoding_UnknownToTheServer_IsUnimplemented()
    {
        await using var server = await SampleServer.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler());

        var (_, trailers) = await RawCall.SendAsync(
            http, server.Address, "Echo", RawCall.Frame([1, 2, 3], compressed: true), ("grpc-encoding", "snappy"));

        Assert.Equal("12", trailers["grpc-status"]);
        Assert.Contains("gzip", trailers["grpc-accept-encoding"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", new byte[] { 0x1f, 0x8b })]
    [InlineData("deflate", new byte[] { 0x78 })]
    public void Provider_Stream_LeavesTheInnerOneOpenAndHasTheFormatsMark(string encoding, byte[] mark)
    {
        var provider = Provider(encoding);
        using var inner = new MemoryStream();
        using (var outer = provider.CreateCompressionStream(inner, null))
            outer.Write(Zeros.Payload.Span);

        Assert.Equal(encoding, provider.EncodingName);
        Assert.True(inner.CanWrite);
        Assert.Equal(mark, inner.ToArray()[..mark.Length]);
    }

    [Fact]
    public void Provider_Level_PrefersTheCallersOverItsOwn()
    {
        var provider = new GzipCompressionProvider(CompressionLevel.NoCompression);

        Assert.True(CompressedSize(null) > Zeros.Payload.Length);
        Assert.True(CompressedSize(CompressionLevel.Optimal) < 1000);

        long CompressedSize(CompressionLevel? level)
        {
            using var inner = new MemoryStream();
            using (var outer = provider.CreateCompressionStream(inner, level))
                outer.Write(Zeros.Payload.Span);
            return inner.Length;
        }
    }

    private static Task<SampleServer> StartAsync(string encoding) => SampleServer.StartAsync(options =>
    {
        options.ResponseCompressionAlgorithm = encoding;
        options.CompressionProviders.Add(new GzipCompressionProvider(CompressionLevel.Fastest));
        options.CompressionProviders.Add(new DeflateCompressionProvider(CompressionLevel.Fastest));
    });

    private static byte[] Decompress(byte[] frame, string encoding)
    {
        Assert.Equal(1, frame[0]);
        Assert.True(frame.Length < 5_000, $"{frame.Length} bytes are not compressed");
        using var stream = Provider(encoding).CreateDecompressionStream(new MemoryStream(frame[5..]));
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }

    private static ICompressionProvider Provider(string encoding) => encoding == "gzip"
        ? new GzipCompressionProvider(CompressionLevel.Fastest)
        : new DeflateCompressionProvider(CompressionLevel.Fastest);
}
