using System.Security.Cryptography;
using System.Text;

namespace MoviesNow.LocalS3.Signing;

/// <summary>Derives the signing key of a day, region and service from the secret, and keeps the last one: it changes once a day.</summary>
internal sealed class SigningKeys(string secretKey)
{
    private volatile Tuple<string, byte[]>? _last;

    public byte[] For(CredentialScope credential)
    {
        var last = _last;
        if (last?.Item1 == credential.Scope)
            return last.Item2;
        var key = Derive(secretKey, credential);
        _last = Tuple.Create(credential.Scope, key);
        return key;
    }

    public static byte[] Derive(string secretKey, CredentialScope credential)
    {
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secretKey), Encoding.UTF8.GetBytes(credential.Date));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(credential.Region));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(credential.Service));
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(CredentialScope.Terminator));
    }

    public static string Sign(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    /// <summary>Compares in constant time, so that a signature cannot be guessed byte by byte.</summary>
    public static bool Equal(string expected, string actual) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(actual));
}
