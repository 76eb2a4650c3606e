using System.Globalization;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// What callers are told of a ZIP that is refused: metadata <c>rule</c>, where it is about one entry <c>entry</c>, for limits <c>actual</c>
/// and <c>limit</c>, and all of it in words.
/// </summary>
internal static class ZipRefusal
{
    // The clause about it must stay whole.
    public const int MaxEntry = 120;

    public static (string Name, string Value)[] Tell(ZipProblem problem)
    {
        var entry = problem.Entry is null ? null : PrintableText.Of(problem.Entry, MaxEntry);
        var subject = entry is null ? "it" : $"the entry \"{entry}\"";
        var detail = problem.Detail is null ? "" : $": {problem.Detail}";
        List<(string, string)> metadata = [("rule", problem.Rule.Id), (RpcErrors.Detail, $"{subject} {problem.Rule.Words}{detail}")];
        if (entry is not null)
        {
            metadata.Add(("entry", entry));
        }

        if (problem.Excess is { } excess)
        {
            metadata.Add(("actual", excess.Actual.ToString(CultureInfo.InvariantCulture)));
            metadata.Add(("limit", excess.Limit.ToString(CultureInfo.InvariantCulture)));
        }

        return [.. metadata];
    }
}
