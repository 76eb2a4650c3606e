using System.IO.Pipelines;
using System.Text;
using Grpc.AspNetCore.Web.Internal;

namespace GrpcTests.Web;

/// <summary>Base64 in pieces, cut anywhere.</summary>
public sealed class Base64StreamTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 50).Select(value => (byte)(value * 37))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Read_CutAnywhere_GivesTheBytes(int room)
    {
        // Pieces of 10, 11, 12, … bytes: with two, one and no padding characters.
        var text = Convert.ToBase64String(Bytes, 0, 10) + Convert.ToBase64String(Bytes, 10, 11)
            + Convert.ToBase64String(Bytes, 21, 12) + Convert.ToBase64String(Bytes, 33, 17);
        for (var cut = 0; cut <= text.Length; cut++)
            Assert.Equal(Bytes, await DecodeAsync([text[..cut], text[cut..]], room));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public async Task Read_OneCharacterAtATime_GivesTheBytes(int room) =>
        Assert.Equal(Bytes, await DecodeAsync(Convert.ToBase64String(Bytes).Select(character => character.ToString()), room));

    [Fact]
    public async Task Read_PieceThatIsThere_DoesNotWaitForMore()
    {
        var pipe = new Pipe();
        await using var stream = new Base64Stream(pipe.Reader);
        await pipe.Writer.WriteAsync("aGk="u8.ToArray());

        Assert.Equal(2, await stream.ReadAsync(new byte[100]).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static async Task<byte[]> DecodeAsync(IEnumerable<string> pieces, int room)
    {
        // Each read sees what was written up to then: the pieces are segments of the smallest size, and come one by one.
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 1, pool: new Small(), useSynchronizationContext: false));
        await using var stream = new Base64Stream(pipe.Reader);
        var decoded = new MemoryStream();
        var reading = ReadAllAsync(stream, decoded, room);
        foreach (var piece in pieces)
            await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(piece));
        await pipe.Writer.CompleteAsync();
        await reading.WaitAsync(TimeSpan.FromSeconds(20));
        return decoded.ToArray();
    }

    private static async Task ReadAllAsync(Stream stream, MemoryStream target, int room)
    {
        var buffer = new byte[room];
        while (await stream.ReadAsync(buffer) is > 0 and var length)
            target.Write(buffer, 0, length);
    }

    /// <summary>Memory in blocks of five bytes, so that groups of four lie across segments.</summary>
    private sealed class Small : System.Buffers.MemoryPool<byte>
    {
        public override int MaxBufferSize => 5;

        public override System.Buffers.IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Block();

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Block : System.Buffers.IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[5];

            public void Dispose()
            {
            }
        }
    }
}
