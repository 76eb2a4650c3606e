using System.Text;
using MoviesNow.Catalog.Transfer;

namespace MoviesNow.Catalog.Tests.Import;

public sealed class LineSplitterTests
{
    private static readonly byte[] File =
    [
        .. "\uFEFFfirst\r\n\n  \nÉté\n"u8, 0xC3, 0x28, (byte)'\n', .. "a\rb\nzero\0\n\r\nlast"u8,
    ];

    public static TheoryData<int> Cuts() => new(Enumerable.Range(1, File.Length));

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Append_CutAnywhere_GivesTheSameLines(int size)
    {
        var block = Assert.Single(Split(new LineSplitter(0, 0), File.Chunk(size)));

        Assert.Equal(
            [(1L, "first"), (3, "  "), (4, "Été"), (9, "last")],
            Enumerable.Range(0, block.Lines.Count).Select(i => (block.Lines[i].Number, Encoding.UTF8.GetString(block[i].Span))));
        Assert.Equal([5L, 6, 7], block.Rejections.Select(rejection => rejection.Line));
        Assert.Equal((0L, File.LongLength, 9L), (block.StartByte, block.EndByte, block.EndLine));
        Assert.Equal("first\n  \nÉté\nlast\n", Encoding.UTF8.GetString(block.Bytes.Span));
    }

    [Fact]
    public void Append_InTheMiddleOfAFile_CountsOnFromThere()
    {
        var block = Assert.Single(Split(new LineSplitter(100, 7), ["ab\ncd"u8.ToArray()]));

        Assert.Equal((100L, 105L, 9L), (block.StartByte, block.EndByte, block.EndLine));
        Assert.Equal([8L, 9], block.Lines.Select(line => line.Number));
    }

    [Theory]
    [InlineData(LineSplitter.MaxLineBytes, 2, 0)]
    [InlineData(LineSplitter.MaxLineBytes + 1, 1, 1)]
    [InlineData(LineSplitter.MaxLineBytes * 3, 1, 1)]
    public void Append_LineOfALength_IsRejectedAboveTheLimit(int length, int lines, int rejections)
    {
        var file = Encoding.UTF8.GetBytes(new string('x', length) + "\nnext\n");

        var block = Assert.Single(Split(new LineSplitter(0, 0), file.Chunk(65_536)));

        Assert.Equal((lines, rejections, file.LongLength), (block.Lines.Count, block.Rejections.Count, block.EndByte));
        Assert.All(block.Rejections, rejection => Assert.Equal((1L, 200), (rejection.Line, rejection.Excerpt.Length)));
    }

    [Fact]
    public void Append_MoreLinesThanABlockHas_CutsAtALineEnd()
    {
        var file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, LineSplitter.MaxLines + 1).Select(i => $"{i}\n")));

        var blocks = Split(new LineSplitter(0, 0), file.Chunk(999));

        Assert.Equal([LineSplitter.MaxLines, 1], blocks.Select(block => block.Lines.Count));
        Assert.Equal((blocks[0].EndByte, file.LongLength), (blocks[1].StartByte, blocks[1].EndByte));
        Assert.Equal("5001", Encoding.UTF8.GetString(blocks[1][0].Span));
    }

    [Fact]
    public void Finish_OfNothing_IsNoBlock() => Assert.Null(new LineSplitter(0, 0).Finish());

    private static List<LineBlock> Split(LineSplitter splitter, IEnumerable<byte[]> pieces)
    {
        var blocks = pieces.SelectMany(piece => splitter.Append(piece)).ToList();
        if (splitter.Finish() is { } last)
        {
            blocks.Add(last);
        }

        return blocks;
    }
}
