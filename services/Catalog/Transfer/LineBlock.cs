using System.Runtime.InteropServices;
using System.Text;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Catalog.Transfer;

/// <summary>A line of a block.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Start">Where it begins in the block's bytes.</param>
/// <param name="Length">How many bytes it has, without its end.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Line(long Number, int Start, int Length);

/// <summary>Lines of a file that are imported together.</summary>
/// <param name="Bytes">The lines, UTF-8, each with a line feed behind it.</param>
/// <param name="Lines">Where they are.</param>
/// <param name="Rejections">Lines that are no text, and are not among the others.</param>
/// <param name="StartByte">Position of the block in the file.</param>
/// <param name="EndByte">Position behind it.</param>
/// <param name="EndLine">Number of its last line.</param>
internal sealed record LineBlock(
    ReadOnlyMemory<byte> Bytes, IReadOnlyList<Line> Lines, IReadOnlyList<Rejection> Rejections, long StartByte, long EndByte, long EndLine)
{
    public ReadOnlyMemory<byte> this[int line] => Bytes.Slice(Lines[line].Start, Lines[line].Length);
}

/// <summary>A line that is left out.</summary>
/// <param name="Line">Its number.</param>
/// <param name="Violations">What is wrong with it.</param>
/// <param name="Excerpt">Its beginning.</param>
internal sealed record Rejection(long Line, (string Field, string Reason)[] Violations, string Excerpt)
{
    private const int MaxExcerpt = 200;
    private const int MaxCharacterBytes = 4;

    /// <summary>The beginning of a line, printable; tabs are spaces.</summary>
    public static string ExcerptOf(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, MaxExcerpt * MaxCharacterBytes)]).Replace('\t', ' ');
        return PrintableText.Of(text[..Math.Min(text.Length, MaxExcerpt)], MaxExcerpt);
    }
}
