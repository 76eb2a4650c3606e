using System.Text;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>
/// What may stand in an entry as its target: UUIDs, and digests (SHA-256 in base64url), which are the ids of one-time tokens
/// and stand for viewers. Whatever else a caller
/// sends in the place of an id may be a URL, a token or a key, and is not kept.
/// </summary>
internal static class AuditId
{
    /// <summary>The target of a method that names no single thing.</summary>
    public const string Everything = "*";

    private const int MaxLength = 256;
    private const int UuidLength = 36;
    private const int DigestLength = 43;

    /// <summary>The one spelling of an id; empty for what is none.</summary>
    public static string Clean(string text) => text.Length switch
    {
        UuidLength when Guid.TryParseExact(text, "D", out var id) => id.ToString("D"),
        DigestLength when text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') => text,
        _ => "",
    };

    /// <summary>Several ids joined by commas, as many as fit.</summary>
    public static string Join(IEnumerable<string> texts)
    {
        var joined = new StringBuilder();
        foreach (var id in texts.Select(Clean).Where(id => id.Length > 0))
        {
            if (joined.Length + 1 + id.Length > MaxLength)
            {
                break;
            }

            joined.Append(joined.Length == 0 ? "" : ",").Append(id);
        }

        return joined.ToString();
    }

    /// <summary>True for text that an entry may have as its target.</summary>
    public static bool IsTarget(string text) =>
        text is "" or Everything || (text.Length <= MaxLength && string.Equals(Join(text.Split(',')), text, StringComparison.Ordinal));
}
