using System.Text;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>URL-encoded text as browsers write and read it.</summary>
internal static class QueryText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The value of an argument in a query, as it stands there; null when it has none. Of several the last counts: players append theirs.</summary>
    public static string? Find(ReadOnlySpan<char> query, ReadOnlySpan<char> argument)
    {
        string? found = null;
        query = query.TrimStart('?');
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (pair.StartsWith(argument, StringComparison.Ordinal) && pair.Length > argument.Length && pair[argument.Length] == '=')
            {
                found = pair[(argument.Length + 1)..].ToString();
            }
        }

        return found;
    }

    /// <summary>Decodes percent signs, and plus signs as spaces; false for what is not UTF-8 or not encoded right.</summary>
    public static bool TryDecode(ReadOnlySpan<char> encoded, out string text)
    {
        text = "";
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%')
            {
                if (i + 2 >= encoded.Length || !char.IsAsciiHexDigit(encoded[i + 1]) || !char.IsAsciiHexDigit(encoded[i + 2]))
                {
                    return false;
                }

                bytes[length++] = Convert.FromHexString(encoded.Slice(i + 1, 2))[0];
                i += 2;
            }
            else if (encoded[i] > '\u007F')
            {
                return false;
            }
            else
            {
                bytes[length++] = encoded[i] == '+' ? (byte)' ' : (byte)encoded[i];
            }
        }

        try
        {
            text = Strict.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
