using System.Globalization;
using System.Text;

namespace MoviesNow.LocalS3.Http;

/// <summary>Percent-encoding as Signature Version 4 defines it: everything but <c>A-Z a-z 0-9 - . _ ~</c> becomes upper-case <c>%XX</c> of its UTF-8 bytes.</summary>
internal static class UriCodec
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="value">The decoded text.</param>
    /// <param name="keepSlash">Whether <c>/</c> stays: true in a path, false in a query.</param>
    public static string Encode(string value, bool keepSlash)
    {
        if (value.All(c => IsUnreserved(c) || (keepSlash && c == '/')))
            return value;
        var result = new StringBuilder(value.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            var c = (char)b;
            if (IsUnreserved(c) || (keepSlash && c == '/'))
                result.Append(c);
            else
                result.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return result.ToString();
    }

    /// <returns>The decoded text, or null when an escape is broken or the bytes are not UTF-8.</returns>
    public static string? Decode(string value, bool plusIsSpace)
    {
        if (!value.Contains('%', StringComparison.Ordinal) && !(plusIsSpace && value.Contains('+', StringComparison.Ordinal)))
            return value;
        var bytes = new byte[value.Length];
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '%')
            {
                var digits = i + 2 < value.Length ? value.AsSpan(i + 1, 2) : [];
                if (!byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length]))
                    return null;
                i += 2;
            }
            else if (c > 0x7f)
            {
                return null;
            }
            else
            {
                bytes[length] = c == '+' && plusIsSpace ? (byte)' ' : (byte)c;
            }

            length++;
        }

        try
        {
            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';
}
