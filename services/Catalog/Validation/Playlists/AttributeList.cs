using System.Buffers;

namespace MoviesNow.Catalog.Validation.Playlists;

/// <summary>Attribute lists of tags (RFC 8216bis 4.2), such as <c>METHOD=AES-128,URI="key"</c>.</summary>
internal static class AttributeList
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    /// <summary>The attributes by name, quoted strings without their quotes; null when the list is malformed.</summary>
    public static Dictionary<string, string>? Parse(ReadOnlySpan<char> list)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            var equals = list.IndexOf('=');
            if (equals <= 0 || list[..equals].ContainsAnyExcept(NameCharacters))
            {
                return null;
            }

            var name = list[..equals].ToString();
            list = list[(equals + 1)..];
            if (!TryTakeValue(ref list, out var value) || !attributes.TryAdd(name, value))
            {
                return null;
            }

            if (list.IsEmpty)
            {
                return attributes;
            }

            if (list[0] is not ',')
            {
                return null;
            }

            list = list[1..];
        }
    }

    private static bool TryTakeValue(ref ReadOnlySpan<char> list, out string value)
    {
        value = "";
        var isQuoted = list is ['"', ..];
        var end = isQuoted ? list[1..].IndexOf('"') + 1 : list.IndexOf(',');
        if (isQuoted)
        {
            if (end == 0)
            {
                return false;
            }

            value = list[1..end].ToString();
            list = list[(end + 1)..];
            return true;
        }

        end = end < 0 ? list.Length : end;
        value = list[..end].ToString();
        list = list[end..];
        return value.Length > 0 && !value.AsSpan().ContainsAny('"', ' ');
    }
}
