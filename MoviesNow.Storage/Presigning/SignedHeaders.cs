using System.Buffers;
using System.Globalization;

namespace MoviesNow.Storage;

/// <summary>The headers that a signature binds: names in lower case and in order, values in the form that Signature Version 4 calls canonical.</summary>
internal static class SignedHeaders
{
    private static readonly SearchValues<char> MetadataName = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static KeyValuePair<string, string>[] Of(PutConditions conditions)
    {
        var (encryption, keyId) = Values(conditions.Encryption);
        return Present(
        [
            new("cache-control", conditions.CacheControl),
            new("content-length", Length(conditions.ContentLength)),
            new("content-type", conditions.ContentType),
            new("if-none-match", conditions.IfAbsent ? "*" : null),
            new("x-amz-checksum-sha256", conditions.Sha256?.Base64),
            .. Metadata(conditions.Metadata),
            new("x-amz-server-side-encryption", encryption),
            new("x-amz-server-side-encryption-aws-kms-key-id", keyId),
        ]);
    }

    public static KeyValuePair<string, string>[] Of(PartConditions conditions) => Present(
    [
        new("content-length", Length(conditions.ContentLength)),
        new("x-amz-checksum-sha256", conditions.Sha256?.Base64),
    ]);

    private static IEnumerable<KeyValuePair<string, string?>> Metadata(IReadOnlyDictionary<string, string> metadata)
    {
        foreach (var (name, value) in metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(MetadataName))
                throw new ArgumentException("The name of metadata may only have a-z, 0-9 and '-'.", nameof(metadata));
            yield return new("x-amz-meta-" + name, value);
        }
    }

    private static (string? Encryption, string? KeyId) Values(Encryption encryption) => encryption.Mode switch
    {
        EncryptionMode.Managed => ("AES256", null),
        EncryptionMode.Kms => ("aws:kms", encryption.KmsKeyId),
        _ => default,
    };

    private static string? Length(long? bytes)
    {
        if (bytes is { } length)
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(bytes));
        return bytes?.ToString(CultureInfo.InvariantCulture);
    }

    private static KeyValuePair<string, string>[] Present(ReadOnlySpan<KeyValuePair<string, string?>> headers)
    {
        var count = 0;
        foreach (var (_, value) in headers)
            count += value is null ? 0 : 1;

        var present = new KeyValuePair<string, string>[count];
        var next = 0;
        foreach (var (name, value) in headers)
        {
            if (value is not null)
                present[next++] = new(name, Canonical(name, value));
        }

        return present;
    }

    /// <summary>Runs of spaces count as one, and the client gets the value that was signed.</summary>
    private static string Canonical(string name, string value)
    {
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException($"The header {name} may only have visible ASCII and spaces.", nameof(value));

        var canonical = value.Trim(' ');
        while (canonical.Contains("  ", StringComparison.Ordinal))
            canonical = canonical.Replace("  ", " ", StringComparison.Ordinal);
        return canonical;
    }
}
