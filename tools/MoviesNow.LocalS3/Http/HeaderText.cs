using System.Buffers;
using MoviesNow.LocalS3.Errors;

namespace MoviesNow.LocalS3.Http;

/// <summary>What may stand in a header's value: no control character but the tab. The server lets them in, but could never send them back.</summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c).Where(c => c != '\t'), '\x7F']);

    /// <exception cref="S3Exception">InvalidArgument.</exception>
    public static void Check(string name, string? value)
    {
        if (value.AsSpan().ContainsAny(Forbidden))
            throw S3Errors.InvalidArgument($"{name} holds a control character.").Throw();
    }

    /// <exception cref="S3Exception">InvalidArgument.</exception>
    public static void Check(IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                Check(name, value);
        }
    }
}
