using System.Text.Unicode;

namespace MoviesNow.Catalog.Transfer;

/// <summary>
/// Cuts a file that arrives in pieces into blocks of whole lines, however the pieces are cut. A line feed ends a line, with or without a
/// carriage return before it; empty lines are dropped; a byte order mark at the beginning of the file is, too.
/// </summary>
/// <param name="startByte">Position in the file of the first byte that comes; a line begins there.</param>
/// <param name="lines">How many lines are before it.</param>
internal sealed class LineSplitter(long startByte, long lines)
{
    /// <summary>The longest line that is read.</summary>
    public const int MaxLineBytes = 1_048_576;

    /// <summary>The most lines of a block.</summary>
    public const int MaxLines = 5_000;

    private const int MaxBlockBytes = 4 * 1_048_576;
    private const int FirstCapacity = 65_536;

    private byte[] _bytes = new byte[FirstCapacity];
    private List<Line> _lines = [];
    private List<Rejection> _rejections = [];
    private int _length;
    private int _lineStart;
    private long _dropped;
    private long _blockStart = startByte;
    private long _position = startByte;
    private long _number = lines;

    /// <summary>Takes the next piece.</summary>
    /// <returns>The blocks that it completes.</returns>
    public IEnumerable<LineBlock> Append(ReadOnlyMemory<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var end = piece.Span.IndexOf((byte)'\n');
            var part = end < 0 ? piece : piece[..end];
            Keep(part.Span);
            _position += part.Length;
            if (end < 0)
            {
                yield break;
            }

            _position++;
            EndLine();
            piece = piece[(end + 1)..];
            if (_lines.Count + _rejections.Count == MaxLines || _length >= MaxBlockBytes)
            {
                yield return Take();
            }
        }
    }

    /// <summary>The lines that are left when the file ends; null when there are none, nor bytes of empty ones.</summary>
    public LineBlock? Finish()
    {
        if (_length > _lineStart)
        {
            EndLine();
        }

        return _position > _blockStart ? Take() : null;
    }

    /// <summary>Adds to the line; of one that is too long only the beginning is kept.</summary>
    private void Keep(ReadOnlySpan<byte> part)
    {
        var room = MaxLineBytes - (_length - _lineStart);
        if (part.Length > room)
        {
            _dropped += part.Length - room;
            part = part[..room];
        }

        Reserve(part.Length + 1);
        part.CopyTo(_bytes.AsSpan(_length));
        _length += part.Length;
    }

    private void EndLine()
    {
        _number++;
        var line = _bytes.AsSpan(_lineStart, _length - _lineStart);
        if (_number == 1 && line.StartsWith("\uFEFF"u8))
        {
            _lineStart += 3;
            line = line[3..];
        }

        line = line is [.. var inner, (byte)'\r'] && _dropped == 0 ? inner : line;
        if (Violation(line) is { } violation)
        {
            _rejections.Add(new(_number, [("", violation)], Rejection.ExcerptOf(line)));
            _length = _lineStart;
        }
        else if (line.Length == 0)
        {
            _length = _lineStart;
        }
        else
        {
            _lines.Add(new(_number, _lineStart, line.Length));
            Reserve(1);
            _length = _lineStart + line.Length;
            _bytes[_length++] = (byte)'\n';
        }

        (_lineStart, _dropped) = (_length, 0);
    }

    private string? Violation(ReadOnlySpan<byte> line) =>
        _dropped > 0 ? $"must have at most {MaxLineBytes:N0} bytes"
        : !Utf8.IsValid(line) ? "must be UTF-8"
        : line.IndexOfAny((byte)'\r', (byte)0) >= 0 ? "must not contain carriage returns or NUL"
        : null;

    private LineBlock Take()
    {
        // The beginning of the file may have been a byte order mark.
        var first = _lines.Count > 0 ? _lines[0].Start : 0;
        var block = new LineBlock(
            _bytes.AsMemory(first, _length - first), first == 0 ? _lines : _lines.ConvertAll(line => line with { Start = line.Start - first }),
            _rejections, _blockStart, _position, _number);
        (_bytes, _lines, _rejections) = (new byte[Math.Max(FirstCapacity, _length)], [], []);
        (_length, _lineStart, _blockStart) = (0, 0, _position);
        return block;
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - _length < more)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
        }
    }
}
