using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>What a player is answered: the status is what it acts on; the body tells its developers what was wrong.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Accepted">Reports that were stored.</param>
/// <param name="Duplicate">Reports that were stored before.</param>
/// <param name="Rejected">Reports that were not usable.</param>
/// <param name="Problems">What was wrong: the first of it.</param>
/// <param name="RetryAfter">When to come again.</param>
internal sealed record CmcdAnswer(
    int Status, int Accepted = 0, int Duplicate = 0, int Rejected = 0, IReadOnlyList<CmcdProblem>? Problems = null, TimeSpan? RetryAfter = null)
{
    /// <summary>The most problems that are told.</summary>
    public const int MaxProblems = 50;

    public Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (Status == StatusCodes.Status415UnsupportedMediaType)
        {
            response.Headers[HeaderNames.AcceptEncoding] = "gzip";
            response.Headers[HeaderNames.Accept] = "application/cmcd, application/json";
        }

        return Problems is { Count: > 0 }
            ? response.WriteAsJsonAsync(new { Accepted, Duplicate, Rejected, Problems }, response.HttpContext.RequestAborted)
            : Task.CompletedTask;
    }
}
