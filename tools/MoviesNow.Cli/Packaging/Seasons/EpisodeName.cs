using System.Globalization;
using System.Text.RegularExpressions;

namespace MoviesNow.Cli.Packaging.Seasons;

/// <summary>What the name of an episode's file tells.</summary>
/// <param name="Season">Number of the season; null when the name does not tell.</param>
/// <param name="Number">Number within the season.</param>
/// <param name="Name">Its name; empty when the name of the file has none.</param>
internal sealed record EpisodeName(int? Season, int Number, string Name)
{
    private const int LargestNumber = 99_999;

    private static readonly char[] Between = [' ', '-', '.', '_', '–', '—'];

    /// <summary>
    /// Reads the name of a file: <c>S01E02</c> (also <c>s1 e2</c>), <c>1x02</c>, or <c>Name - 02</c>, whatever stands around it. What comes after a dash
    /// behind it is the episode's name.
    /// </summary>
    /// <param name="file">The name, with its extension.</param>
    /// <param name="problem">Why it does not tell one episode.</param>
    /// <returns>Null when there is a problem.</returns>
    public static EpisodeName? Read(string file, out string? problem)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var found = new[] { EpisodeNameForms.Marked(), EpisodeNameForms.Crossed(), EpisodeNameForms.Counted() }.SelectMany(form => form.Matches(name)).ToList();
        var seasons = found.Where(one => one.Groups["season"].Success).Select(one => NumberOf(one.Groups["season"])).Distinct().ToList();
        var numbers = found.Select(one => NumberOf(one.Groups["episode"])).Distinct().ToList();
        problem = found.Count == 0 ? "does not tell its episode: name it like 'Fog S01E02.mkv', 'Fog 1x02.mkv' or 'Fog - 02.mkv'"
            : numbers.Count > 1 || seasons.Count > 1 || found.Exists(one => one.Groups["more"].Success) ? "tells several episodes: give each a file of its own, and one number"
            : numbers[0] is null || seasons is [null] ? "has a number that is too large"
            : null;
        var last = found.MaxBy(one => one.Index + one.Length);
        return problem is null ? new EpisodeName(seasons is [var season] ? season : null, numbers[0]!.Value, NameOf(name[(last!.Index + last.Length)..])) : null;
    }

    private static int? NumberOf(Group group) =>
        int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= LargestNumber ? number : null;

    // Sizes and codecs follow dots and stand in brackets: only what comes after a dash is a name for sure.
    private static string NameOf(string rest)
    {
        var text = rest.TrimStart();
        return text.Length > 0 && text[0] is '-' or '–' or '—' ? text.Trim(Between) : "";
    }
}

/// <summary>The forms in which names of files tell episodes.</summary>
internal static partial class EpisodeNameForms
{
    private const int MaxMilliseconds = 1_000;

    /// <summary><c>S01E02</c>; <c>more</c> is what follows in <c>S01E02E03</c> and <c>S01E02-03</c>.</summary>
    [GeneratedRegex(
        @"(?<![\p{L}\p{N}])[sS](?<season>[0-9]+)[ ._-]?[eE](?<episode>[0-9]+)(?<more>[ ._]?[-+&]?[ ._]?[eE][0-9]+|[-+&][0-9]+(?![0-9]*[pP]))?(?![\p{L}\p{N}])",
        RegexOptions.ExplicitCapture, MaxMilliseconds)]
    public static partial Regex Marked();

    /// <summary><c>1x02</c>; not <c>1920x1080</c>.</summary>
    [GeneratedRegex(
        @"(?<![\p{L}\p{N}])(?<season>[0-9]{1,2})[xX](?<episode>[0-9]{2,3})(?<more>[-+&]([0-9]{1,2}[xX])?[0-9]{2,3})?(?![\p{L}\p{N}])",
        RegexOptions.ExplicitCapture, MaxMilliseconds)]
    public static partial Regex Crossed();

    /// <summary><c>Name - 02</c>, at the end or before another dash or a bracket.</summary>
    [GeneratedRegex(@"\s[-–—]\s(?<episode>[0-9]{1,3})(?<more>[-+&][0-9]{1,3})?(?=\s*($|\s[-–—]\s|[\[(]))", RegexOptions.ExplicitCapture, MaxMilliseconds)]
    public static partial Regex Counted();
}
