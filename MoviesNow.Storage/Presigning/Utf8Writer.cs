using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace MoviesNow.Storage;

/// <summary>Writes the ASCII text of a request into a buffer of the caller's, and into one on the heap when that is full.</summary>
internal ref struct Utf8Writer(Span<byte> initial)
{
    /// <summary>RFC 3986's unreserved characters; everything else is percent-encoded in a query.</summary>
    private static readonly SearchValues<byte> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    private Span<byte> _buffer = initial;
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    public void Write(scoped ReadOnlySpan<byte> ascii) => ascii.CopyTo(Take(ascii.Length));

    public void Write(scoped ReadOnlySpan<char> ascii) => Encoding.ASCII.GetBytes(ascii, Take(ascii.Length));

    public void Write(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var length);
        Write(digits[..length]);
    }

    public void WriteHex(scoped ReadOnlySpan<byte> bytes) => Convert.TryToHexStringLower(bytes, Take(2 * bytes.Length), out _);

    /// <summary>Writes text as a query value, percent-encoded with upper-case digits.</summary>
    public void WriteEncoded(scoped ReadOnlySpan<char> text)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var rest = utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8));
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAnyExcept(Unreserved);
            Write(plain < 0 ? rest : rest[..plain]);
            if (plain < 0)
                break;

            var encoded = Take(3);
            encoded[0] = (byte)'%';
            Convert.TryToHexString(rest.Slice(plain, 1), encoded[1..], out _);
            rest = rest[(plain + 1)..];
        }

        ArrayPool<byte>.Shared.Return(utf8);
    }

    public override readonly string ToString() => Encoding.ASCII.GetString(Written);

    private Span<byte> Take(int size)
    {
        if (_buffer.Length - _length < size)
            Grow(size);

        var taken = _buffer.Slice(_length, size);
        _length += size;
        return taken;
    }

    private void Grow(int size)
    {
        var larger = new byte[Math.Max(2 * _buffer.Length, _length + size)];
        Written.CopyTo(larger);
        _buffer = larger;
    }
}
