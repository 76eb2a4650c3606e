using System.Text.RegularExpressions;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Packaging.Seasons;

/// <summary>An episode's file.</summary>
/// <param name="File">The film.</param>
/// <param name="Number">Number within the season.</param>
/// <param name="Name">Its name; empty when its file does not tell.</param>
/// <param name="Subtitles">Subtitles beside it: <c>S01E02.no.srt</c> beside <c>S01E02.mkv</c>.</param>
internal sealed record EpisodeFile(string File, int Number, string Name, IReadOnlyList<SubtitleFile> Subtitles);

/// <summary>A folder with the episodes of one season.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Season">Number of the season.</param>
/// <param name="Episodes">In the order of their numbers.</param>
/// <param name="Others">Names of files that are passed over.</param>
internal sealed partial record SeasonFolder(string Path, int Season, IReadOnlyList<EpisodeFile> Episodes, IReadOnlyList<string> Others)
{
    public const string ExtrasName = "extras";

    private const int MaxName = 120;

    private static readonly HashSet<string> Films = new(
        [".mp4", ".m4v", ".mov", ".mkv", ".webm", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".avi", ".mxf"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Texts = new([".srt", ".vtt", ".ass", ".ssa"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The folder of the extras; null when there is none.</summary>
    public string? Extras => System.IO.Path.Combine(Path, ExtrasName) is var folder && Directory.Exists(folder) ? folder : null;

    /// <summary>Reads a folder.</summary>
    /// <exception cref="CommandException">It cannot be read, or it is not one season's.</exception>
    public static SeasonFolder Read(string path, int? season)
    {
        try
        {
            var full = System.IO.Path.GetFullPath(path).TrimEnd(System.IO.Path.DirectorySeparatorChar);
            return Of(full, [.. new DirectoryInfo(full).EnumerateFiles().Select(file => file.Name)], season);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{Shown(path)}' cannot be read: {exception.Message}");
        }
    }

    /// <summary>What the names of files tell.</summary>
    /// <param name="path">The folder; its name may tell the season: <c>Season 1</c> or <c>S01</c>.</param>
    /// <param name="names">Names of the files in it.</param>
    /// <param name="season">The season that the user names.</param>
    /// <exception cref="CommandException">Names tell nothing, or contradict each other; both are named.</exception>
    public static SeasonFolder Of(string path, IReadOnlyCollection<string> names, int? season)
    {
        var films = names.Where(name => Films.Contains(System.IO.Path.GetExtension(name)) && name[0] != '.').Order(StringComparer.Ordinal).ToList();
        if (films.Count == 0)
        {
            throw new CommandException($"'{Shown(path)}' has no films.");
        }

        var byNumber = new SortedDictionary<int, (string File, EpisodeName Name)>();
        var (number, witness) = (season, default(string));
        foreach (var film in films)
        {
            var told = EpisodeName.Read(film, out var problem) ?? throw new CommandException($"'{Shown(film)}' {problem}.");
            if (told.Season is { } its)
            {
                if (number is { } other && other != its)
                {
                    throw new CommandException(witness is null
                        ? $"'{Shown(film)}' is of season {its}, and --season says {other}."
                        : $"'{Shown(witness)}' is of season {other} and '{Shown(film)}' of season {its}: publish a folder for each season.");
                }

                (number, witness) = (its, witness ?? (season is null ? film : null));
            }

            if (!byNumber.TryAdd(told.Number, (film, told)))
            {
                throw new CommandException($"'{Shown(byNumber[told.Number].File)}' and '{Shown(film)}' are both episode {told.Number}: take one of them away.");
            }
        }

        number ??= FolderSeason().Match(System.IO.Path.GetFileName(path)) is { Success: true } match ? int.Parse(match.Groups["season"].Value) : null;
        var texts = names.Where(name => Texts.Contains(System.IO.Path.GetExtension(name))).Order(StringComparer.Ordinal).ToList();
        var episodes = byNumber.Select(one => new EpisodeFile(
            System.IO.Path.Combine(path, one.Value.File), one.Key, one.Value.Name.Name, [.. Beside(one.Value.File, texts, path)])).ToList();
        var used = episodes.SelectMany(one => one.Subtitles.Select(text => text.File).Append(one.File)).Select(file => System.IO.Path.GetFileName(file));
        return new SeasonFolder(
            path,
            number ?? throw new CommandException($"Neither '{Shown(path)}' nor its files tell the season: say it with --season."),
            episodes,
            [.. names.Except(used, StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    private static IEnumerable<SubtitleFile> Beside(string film, List<string> texts, string path)
    {
        var stem = System.IO.Path.GetFileNameWithoutExtension(film) + ".";
        foreach (var text in texts.Where(text => text.StartsWith(stem, StringComparison.Ordinal)))
        {
            var tag = System.IO.Path.GetFileNameWithoutExtension(text);
            if (tag.Length > stem.Length && TrackLanguage.Of(tag[stem.Length..]) is { } language)
            {
                yield return new SubtitleFile(language, System.IO.Path.Combine(path, text));
            }
        }
    }

    private static string Shown(string name) => PrintableText.Of(System.IO.Path.GetFileName(name), MaxName);

    [GeneratedRegex(@"(?<![\p{L}\p{N}])(season[ ._-]*|[sS])(?<season>[0-9]{1,4})(?![\p{L}\p{N}])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex FolderSeason();
}
