using System.Globalization;
using MoviesNow.Telemetry.Events;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>
/// Whose reports a URL takes: <c>/cmcd?session=…&amp;token=…&amp;first=…</c>. All of it is in the query: paths come into the scopes of
/// log lines, queries do not.
/// </summary>
/// <param name="SessionId">The session.</param>
/// <param name="Token">Its write token.</param>
/// <param name="FirstSequence">The number of the event that the report numbered 0 becomes: what the session's start said.</param>
internal sealed record CmcdTarget(Guid SessionId, string Token, int FirstSequence)
{
    private const int MaxTokenLength = 128;

    public static bool TryRead(HttpRequest request, out CmcdTarget target)
    {
        var query = request.Query;
        string? first = query["first"];
        var sequence = 1;
        var isValid = Guid.TryParseExact(query["session"], "D", out var sessionId)
            && query["token"] is [{ Length: > 0 and <= MaxTokenLength }]
            && (first is null || (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && sequence is >= 1 and <= EventRules.MaxSequence));
        target = new CmcdTarget(sessionId, isValid ? query["token"].ToString() : "", sequence);
        return isValid;
    }
}
