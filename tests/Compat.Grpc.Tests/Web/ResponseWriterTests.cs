using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Grpc.AspNetCore.Web.Internal;
using GrpcTests.Harness;
using GrpcTests.Sample;
using Microsoft.AspNetCore.Http;

namespace GrpcTests.Web;

/// <summary>How a body is written, and ended by somebody else.</summary>
public sealed class ResponseWriterTests : IDisposable
{
    private static readonly byte[] Trailers = TrailerFrame.Of(new HeaderDictionary { ["grpc-status"] = "4" });
    private static readonly byte[] Message = RawCall.Frame(new EchoResponse { Text = "hi" });

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly ResponseWriter _binary;
    private readonly ResponseWriter _text;

    public ResponseWriterTests() => (_binary, _text) = (new ResponseWriter(_pipe.Writer, isText: false), new ResponseWriter(_pipe.Writer, isText: true));

    public void Dispose()
    {
        _binary.Dispose();
        _text.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3071)]
    [InlineData(3073)]
    [InlineData(100_000)]
    public async Task Write_AsText_PadsOnlyAtAFlush(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        foreach (var value in bytes)
        {
            _text.GetSpan(1)[0] = value;
            _text.Advance(1);
        }

        Assert.Equal(length, _text.UnflushedBytes);
        await FlushAsync(_text);
        _text.Write("hi"u8);
        await FlushAsync(_text);

        Assert.Equal(Convert.ToBase64String(bytes) + "aGk=", Encoding.ASCII.GetString(await ReadAsync()));
    }

    [Fact]
    public async Task End_InTheMiddleOfAMessage_LeavesItOut()
    {
        for (var cut = 0; cut < Message.Length; cut++)
        {
            var pipe = new Pipe();
            using var writer = new ResponseWriter(pipe.Writer, isText: false);
            writer.Write((byte[])[.. Message, .. Message, .. Message[..cut]]);

            writer.End(Trailers);

            await pipe.Writer.FlushAsync();
            var written = await pipe.Reader.ReadAsync();
            Assert.Equal([.. Message, .. Message, .. Trailers], written.Buffer.ToArray());
        }
    }

    [Fact]
    public async Task End_Twice_EndsOnce()
    {
        _binary.End(Trailers);
        _binary.End(Trailers);

        Assert.Equal(Trailers, await ReadAsync());
    }

    [Fact]
    public async Task End_WithoutTrailers_SendsWhatIsHeld()
    {
        _binary.Write("no gRPC"u8);

        _binary.End(default);

        Assert.Equal("no gRPC"u8.ToArray(), await ReadAsync());
    }

    [Fact]
    public async Task Write_AfterTheEnd_IsRefused()
    {
        _binary.End(Trailers);

        Assert.Throws<InvalidOperationException>(() => _binary.GetMemory());
        Assert.Throws<InvalidOperationException>(() => _binary.Advance(0));
        await Assert.ThrowsAsync<InvalidOperationException>(() => FlushAsync(_binary));
        Assert.Equal(Trailers, await ReadAsync());
    }

    [Fact]
    public async Task End_WhileMemoryIsLent_NeitherSendsNorReusesIt()
    {
        var lent = _binary.GetMemory(100);
        _binary.End(Trailers);
        lent.Span.Fill((byte)'x');
        _binary.Dispose();

        Assert.Equal(Trailers, await ReadAsync());
        // The pool gives a thread first what the thread returned last.
        var other = ArrayPool<byte>.Shared.Rent(lent.Length);
        Assert.False(lent.Span.Overlaps(other));
        ArrayPool<byte>.Shared.Return(other);
    }

    private static async Task FlushAsync(ResponseWriter writer) => await writer.FlushAsync();

    private async Task<byte[]> ReadAsync()
    {
        await _pipe.Writer.CompleteAsync();
        using var all = new MemoryStream();
        await _pipe.Reader.CopyToAsync(all);
        return all.ToArray();
    }
}
