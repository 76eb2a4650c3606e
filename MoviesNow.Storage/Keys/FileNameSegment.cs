using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MoviesNow.Storage;

/// <summary>
/// One segment of a key that is safe whatever it was made from: 1 to <see cref="MaxLength"/> bytes of <c>[A-Za-z0-9_.-]</c>,
/// never <c>.</c> or <c>..</c>, and never an id (a lower-case UUID), which would be read back as a title's or an episode's.
/// </summary>
public sealed record FileNameSegment
{
    /// <summary>The longest segment, in bytes.</summary>
    public const int MaxLength = 120;

    private const int MaxExtension = 10;
    private const int HashLength = 24;
    private const string Nameless = "file";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    private static readonly SearchValues<char> Alphanumeric =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private static readonly char[] Punctuation = ['.', '-', '_'];

    private FileNameSegment(string value) => Value = value;

    /// <summary>The segment.</summary>
    public string Value { get; }

    /// <summary>
    /// Makes a segment of a name that a user supplied. Never fails: folders are dropped, what is not
    /// allowed becomes a dash, the extension is kept in lower case, and what is too long is cut. Sanitising twice changes nothing.
    /// </summary>
    public static FileNameSegment Sanitize(string? userName) => Build(userName, suffix: "");

    /// <summary>
    /// Makes a segment that belongs to one owner and one idempotency token: the same three arguments give the same segment, and
    /// any other owner, token or name gives another (96 bits of SHA-256), so that nobody's object is overwritten by a later upload of the same name.
    /// </summary>
    /// <param name="userName">The file name as the user gave it.</param>
    /// <param name="owner">Who uploads: the caller's subject.</param>
    /// <param name="token">What makes this upload the same one when it is repeated: the idempotency key.</param>
    /// <param name="ending">What the segment gets as its extension, such as <c>.png</c>, behind that of the name; empty when that is right.</param>
    public static FileNameSegment Unique(string? userName, string owner, string token, string ending = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentException.ThrowIfNullOrEmpty(token);

        // Lengths go in as well: ("ab", "c") and ("a", "bc") are different owners.
        var identity = string.Create(CultureInfo.InvariantCulture, $"{owner.Length}:{owner}{token.Length}:{token}{userName}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(identity));
        return Build(userName + ending, "-" + Convert.ToHexStringLower(hash.AsSpan(0, HashLength / 2)));
    }

    /// <summary>Reads a segment that is already safe, as found in a key; unlike <see cref="Sanitize"/> it changes nothing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out FileNameSegment? segment)
    {
        var safe = text is { Length: > 0 and <= MaxLength } and not "." and not ".."
            && !text.AsSpan().ContainsAnyExcept(Allowed)
            && !KeyId.TryParse(text, out _);
        segment = safe ? new FileNameSegment(text!) : null;
        return safe;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static FileNameSegment Build(string? userName, string suffix)
    {
        var name = Clean(LastSegment(userName)).TrimEnd(Punctuation);
        var extension = Extension(name);
        var stem = name[..^extension.Length].TrimStart(Punctuation);
        var room = MaxLength - suffix.Length - extension.Length;
        if (stem.Length > room)
            stem = stem[..room].TrimEnd(extension.Length == 0 ? Punctuation : ['-']);

        var value = string.Concat(stem.Length == 0 ? Nameless : stem, suffix, extension);
        value = string.Concat(value.AsSpan(0, value.Length - Extension(value).Length), Extension(value).ToLowerInvariant());
        return new FileNameSegment(KeyId.TryParse(value, out _) ? $"{Nameless}-{value}" : value);
    }

    /// <summary>Browsers and Windows clients send whole paths, with either slash.</summary>
    private static ReadOnlySpan<char> LastSegment(ReadOnlySpan<char> name)
    {
        name = name.TrimEnd("/\\");
        return name[(name.LastIndexOfAny('/', '\\') + 1)..];
    }

    private static string Extension(string name)
    {
        var dot = name.LastIndexOf('.');
        var sensible = dot >= 0 && name.Length - dot is > 1 and <= MaxExtension + 1 && !name.AsSpan(dot + 1).ContainsAnyExcept(Alphanumeric);
        return sensible ? name[dot..] : "";
    }

    /// <summary>Each run of characters that are not allowed becomes one dash, or nothing at the beginning and before a dot.</summary>
    private static string Clean(ReadOnlySpan<char> name)
    {
        var clean = new StringBuilder(Math.Min(name.Length, MaxLength));
        foreach (var c in name)
        {
            if (c == '.')
                clean.Length = LengthWithoutDashes(clean);
            if (Allowed.Contains(c))
                clean.Append(c);
            else if (clean.Length > 0 && clean[^1] != '-')
                clean.Append('-');
        }

        return clean.ToString();
    }

    private static int LengthWithoutDashes(StringBuilder text)
    {
        var length = text.Length;
        while (length > 0 && text[length - 1] == '-')
            length--;
        return length;
    }
}
