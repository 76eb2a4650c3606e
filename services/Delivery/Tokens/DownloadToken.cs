using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MoviesNow.Delivery.Tokens;

/// <summary>One-time tokens: 192 random bits in base64url. Only the SHA-256 is kept, and serves as the token's id.</summary>
internal static class DownloadToken
{
    private const int Bytes = 24;

    /// <summary>A new token.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The id under which a token is kept: 43 characters that do not tell the token.</summary>
    public static string IdOf(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>True for text that may be an id.</summary>
    public static bool IsId(string text) => text.Length == 43 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
