using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace MoviesNow.Storage;

/// <summary>
/// The key of an object in the media bucket: checked, normalised and compared byte for byte.
/// No other type names an object, so that whatever reaches storage has passed these rules.
/// </summary>
/// <remarks>
/// A key is 1 to <see cref="MaxLength"/> bytes of <c>[A-Za-z0-9/_.-]</c>, has no leading, trailing or repeated slash, and no
/// <c>.</c> or <c>..</c> segment. Leading and repeated slashes are normalised away; everything else is refused, never repaired.
/// Nothing is percent-decoded: an encoded spelling of a forbidden key is refused for its <c>%</c>.
/// </remarks>
public sealed record StorageKey
{
    /// <summary>The longest key that S3 stores, in bytes.</summary>
    public const int MaxLength = 1_024;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_.-");

    private StorageKey(string value) => Value = value;

    /// <summary>The normalised key. It is ASCII, so its length is also its size in bytes.</summary>
    public string Value { get; }

    /// <summary>Makes a key of <paramref name="text"/>.</summary>
    /// <exception cref="FormatException">The text breaks a rule; the message names the rule and does not repeat the text.</exception>
    public static StorageKey Parse(string? text) =>
        TryParse(text, out var key, out var violation) ? key : throw new FormatException($"The storage key {violation}.");

    /// <inheritdoc cref="TryParse(string?, out StorageKey?, out string?)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out StorageKey? key) => TryParse(text, out key, out _);

    /// <summary>Makes a key of <paramref name="text"/>, or says which rule the text breaks.</summary>
    /// <param name="text">The key as a caller spelled it.</param>
    /// <param name="key">The normalised key.</param>
    /// <param name="violation">The broken rule, worded to follow "the key"; it never repeats the text.</param>
    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out StorageKey? key,
        [NotNullWhen(false)] out string? violation)
    {
        key = null;
        violation = ForbiddenCharacter(text);
        if (violation is not null)
            return false;

        var normal = Normalise(text ?? "");
        violation = ForbiddenShape(normal);
        if (violation is not null)
            return false;

        key = new StorageKey(normal);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? ForbiddenCharacter(ReadOnlySpan<char> text)
    {
        var at = text.IndexOfAnyExcept(Allowed);
        return at < 0 ? null : text[at] switch
        {
            '\\' => "must not contain a backslash",
            '%' => "must not contain a percent sign; keys are never percent-decoded",
            '\0' => "must not contain NUL",
            var c when char.IsControl(c) => "must not contain a control character",
            > '\x7f' => "must be ASCII",
            _ => "may only contain A-Z, a-z, 0-9, '/', '_', '.' and '-'",
        };
    }

    private static string? ForbiddenShape(string key)
    {
        if (key.Length == 0)
            return "must not be empty";
        if (key.Length > MaxLength)
            return "must be at most 1,024 bytes";
        if (key[^1] == '/')
            return "must not end with a slash";

        foreach (var segment in key.AsSpan().Split('/'))
        {
            if (key.AsSpan(segment) is "." or "..")
                return "must not have a '.' or '..' segment";
        }

        return null;
    }

    private static string Normalise(string text)
    {
        if (!text.StartsWith('/') && !text.Contains("//", StringComparison.Ordinal))
            return text;

        var buffer = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            var length = 0;
            foreach (var c in text)
            {
                if (c != '/' || (length > 0 && buffer[length - 1] != '/'))
                    buffer[length++] = c;
            }

            return new string(buffer, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }
}
