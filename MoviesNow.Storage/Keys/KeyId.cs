namespace MoviesNow.Storage;

/// <summary>An id as it stands in a key: a UUID in lower case with dashes, and in no other spelling.</summary>
internal static class KeyId
{
    public static string Format(Guid id) => id.ToString("D");

    public static bool TryParse(ReadOnlySpan<char> text, out Guid id) =>
        Guid.TryParseExact(text, "D", out id) && !text.ContainsAnyInRange('A', 'F');
}
