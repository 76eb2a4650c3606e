namespace MoviesNow.LocalS3.Storage;

/// <summary>
/// Orders strings as their UTF-8 bytes are ordered, which is how S3 lists keys. UTF-16 order differs only in that surrogates (of characters past
/// U+FFFF) come before U+E000–U+FFFF.
/// </summary>
internal sealed class Utf8KeyComparer : IComparer<string>
{
    public static readonly Utf8KeyComparer Instance = new();

    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        var common = a.CommonPrefixLength(b);
        return common == a.Length || common == b.Length ? a.Length.CompareTo(b.Length) : Rank(a[common]).CompareTo(Rank(b[common]));
    }

    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
