using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// Compares what an object carries with what its session signed. Storage keeps headers that a client added to a PUT though they are not
/// signed; a stored <c>Content-Encoding</c>, for one, would make a download unreadable.
/// </summary>
internal static class SignedHeadersCheck
{
    private const string EncryptionHeader = "x-amz-server-side-encryption";

    /// <summary>The first difference; null when there is none.</summary>
    /// <param name="found">The object.</param>
    /// <param name="signed">What the session signed.</param>
    public static (string Header, string Detail)? Difference(StoredObject found, ObjectHeaders signed)
    {
        (string Header, string? Stored, string? Signed)[] headers =
        [
            ("content-type", found.ContentType, signed.ContentType),
            ("cache-control", found.CacheControl, signed.CacheControl),
            ("content-encoding", found.ContentEncoding, null),
            ("content-language", found.ContentLanguage, null),
            ("content-disposition", found.ContentDisposition, null),
            ("expires", found.Expires, null),
            ("x-amz-website-redirect-location", found.WebsiteRedirect, null),
            .. found.Metadata.Keys.Union(signed.Metadata.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name =>
                ($"x-amz-meta-{name}", found.Metadata.GetValueOrDefault(name), signed.Metadata.GetValueOrDefault(name))),
        ];
        foreach (var (header, stored, expected) in headers)
        {
            if (!string.Equals(stored, expected, StringComparison.OrdinalIgnoreCase))
            {
                return (header, Tell(header, stored, expected));
            }
        }

        return IsEncryptedAs(found.Encryption, signed.Encryption) ? null : (EncryptionHeader, $"{EncryptionHeader} was signed and is not applied");
    }

    private static string Tell(string header, string? stored, string? expected) =>
        expected is null ? $"{header} \"{stored}\" is stored and was not signed"
        : stored is null ? $"{header} \"{expected}\" was signed and is not stored"
        : $"{header} \"{stored}\" is stored, \"{expected}\" was signed";

    // Where nothing was asked for the bucket's own default applies, and storage may name a key in another way than we did.
    private static bool IsEncryptedAs(Encryption stored, Encryption? signed) =>
        signed is null or { Mode: EncryptionMode.None } || stored.Mode == signed.Mode;
}
