using System.Text;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>Error codes of players as the contract wants them: UPPER_SNAKE, at most 64 characters.</summary>
internal static class CmcdErrorCode
{
    private const int MaxLength = 64;
    private const string Prefix = "PLAYER_";

    /// <summary>The code; <c>bufferStalledError</c> becomes BUFFER_STALLED_ERROR, and 2001 PLAYER_2001.</summary>
    public static string Of(string told)
    {
        var code = new StringBuilder(MaxLength);
        for (var i = 0; i < told.Length && code.Length < MaxLength; i++)
        {
            var (letter, isNewWord) = (told[i], i > 0 && char.IsAsciiLetterUpper(told[i]) && char.IsAsciiLetterLower(told[i - 1]));
            if (!char.IsAsciiLetterOrDigit(letter) || isNewWord)
            {
                AddUnderscore(code);
            }

            if (char.IsAsciiLetterOrDigit(letter))
            {
                code.Append(char.ToUpperInvariant(letter));
            }
        }

        if (code.Length == 0)
        {
            return "UNKNOWN";
        }

        if (!char.IsAsciiLetterUpper(code[0]))
        {
            code.Insert(0, Prefix);
        }

        return code.ToString(0, Math.Min(code.Length, MaxLength)).TrimEnd('_');
    }

    private static void AddUnderscore(StringBuilder code)
    {
        if (code.Length > 0 && code[^1] != '_')
        {
            code.Append('_');
        }
    }
}
