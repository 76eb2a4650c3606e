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

    /// <summary>
    /// What stands for a redemption that may be repeated: a hash of the token and the id that its caller made, so that it takes both to repeat it. Empty
    /// without an id.
    /// </summary>
    public static string GrantOf(string token, string redemptionId) => redemptionId.Length == 0 ? "" : $"grant:{IdOf($"{token}\n{redemptionId}")}";

    /// <summary>True for text that may be the id of a redemption: long enough that nobody guesses it.</summary>
    public static bool IsRedemptionId(string text) => text.Length is >= 22 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>True for text that may be an id.</summary>
    public static bool IsId(string text) => text.Length == 43 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
