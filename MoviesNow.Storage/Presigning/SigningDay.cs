using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MoviesNow.Storage;

/// <summary>
/// What Signature Version 4 derives from a day, and thus need not be derived for each URL: the signing key and the credential scope.
/// See "Signature calculations" in Amazon S3's API reference.
/// </summary>
internal sealed class SigningDay
{
    private readonly byte[] _key;

    public SigningDay(DateTime day, StorageOptions options)
    {
        Day = day;
        var date = day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        Scope = Encoding.ASCII.GetBytes($"{date}/{options.Region}/s3/aws4_request");
        Credential = Encoding.ASCII.GetBytes(Uri.EscapeDataString($"{options.AccessKeyId}/{date}/{options.Region}/s3/aws4_request"));
        _key = Hmac(Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes("AWS4" + options.SecretAccessKey), date), options.Region), "s3"), "aws4_request");
    }

    /// <summary>Midnight, UTC.</summary>
    public DateTime Day { get; }

    /// <summary><c>{date}/{region}/s3/aws4_request</c></summary>
    public byte[] Scope { get; }

    /// <summary>The access key and the scope, percent-encoded.</summary>
    public byte[] Credential { get; }

    /// <summary>Signs a canonical request.</summary>
    /// <param name="time"><c>yyyyMMdd'T'HHmmss'Z'</c></param>
    /// <param name="canonicalRequest">The canonical request.</param>
    /// <param name="signature">Takes the 32 bytes of the signature.</param>
    public void Sign(ReadOnlySpan<byte> time, ReadOnlySpan<byte> canonicalRequest, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonicalRequest, hash);

        var text = new Utf8Writer(stackalloc byte[256]);
        text.Write("AWS4-HMAC-SHA256\n"u8);
        text.Write(time);
        text.Write("\n"u8);
        text.Write(Scope);
        text.Write("\n"u8);
        text.WriteHex(hash);
        HMACSHA256.HashData(_key, text.Written, signature);
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text));
}
