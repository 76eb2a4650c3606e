using System.Buffers;

namespace MoviesNow.Catalog.Assets;

/// <summary>Media types without parameters (RFC 6838 section 4.2), such as <c>video/mp4</c>.</summary>
internal static class MediaType
{
    // Type and subtype may have 127 characters each.
    private const int MaxNameLength = 127;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+");

    public static bool IsWellFormed(string mediaType) =>
        mediaType.Split('/') is [var type, var subtype] && IsName(type) && IsName(subtype);

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterOrDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(NameCharacters);
}
