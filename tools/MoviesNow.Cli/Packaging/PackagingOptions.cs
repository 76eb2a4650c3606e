using System.CommandLine;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Packaging;

/// <summary>The options that say how films are packaged.</summary>
internal sealed class PackagingOptions
{
    private const int MaxShown = 60;

    private static readonly string[] Presets = ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"];

    private readonly Option<string> _container = new("--container") { Description = "fmp4 or ts: the format of the segments", DefaultValueFactory = _ => "fmp4" };

    private readonly Option<string> _preset = new("--preset")
    {
        Description = "The preset of x264, from ultrafast to veryslow: slower ones make a better picture of the same size",
        DefaultValueFactory = _ => "medium",
    };

    private readonly Option<bool> _pad = new("--pad") { Description = "Put a picture that fills no tier into 480 lines, with black bars around" };

    private readonly Option<string?> _language = new("--language") { Description = "Language (BCP 47) of the audio and subtitles that tell none", HelpName = "tag" };

    private readonly Option<bool> _tolerant = new("--tolerant") { Description = "Pass over damage in the source, and package what can be read" };

    private readonly Option<string?> _work = new("--work") { Description = "Directory to work in; beside the file, <file>.moviesnow, when absent", HelpName = "directory" };

    private readonly Option<bool> _keep = new("--keep") { Description = "Keep what was made in the work directory when everything is uploaded" };

    private readonly Option<bool> _again = new("--again") { Description = "Package and publish anew what was published before" };

    private readonly Option<bool> _noArtwork = new("--no-artwork") { Description = "Upload no poster, backdrop and stills; they are uploaded where the title has none" };

    public PackagingOptions()
    {
        _container.AcceptOnlyFromAmong("fmp4", "ts");
        _preset.AcceptOnlyFromAmong(Presets);
        _language.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && TrackLanguage.Of(text) is null)
            {
                result.AddError($"--language {PrintableText.Of(text, MaxShown)}: must be a language such as en or pt-BR.");
            }
        });
    }

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Print what would be done; encode and upload nothing" };

    public Option<bool> Publish { get; } = new("--publish") { Description = "Publish the title when its media is in order" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_container, _preset, _pad, _language, _tolerant, _work, _keep, _again, _noArtwork, DryRun])
        {
            command.Add(option);
        }
    }

    /// <summary>The directory that the user names; null for the usual one.</summary>
    public string? Work(ParseResult parsed) => parsed.GetValue(_work);

    /// <summary>What the options say of a film.</summary>
    public FilmRequest Film(ParseResult parsed, string file, IReadOnlyList<SubtitleFile> subtitles)
    {
        var container = string.Equals(parsed.GetRequiredValue(_container), "ts", StringComparison.Ordinal) ? Container.Ts : Container.Fmp4;
        var language = parsed.GetValue(_language) is { } given ? TrackLanguage.Of(given) : null;
        var plan = new PlanOptions(container, parsed.GetRequiredValue(_preset), parsed.GetValue(_pad), language, parsed.GetValue(_tolerant));
        return new FilmRequest(
            file, "", "", plan, subtitles, parsed.GetValue(_work), parsed.GetValue(_keep), parsed.GetValue(_again), !parsed.GetValue(_noArtwork));
    }

    /// <summary>Subtitles that lie beside a film, such as <c>no=film.no.srt</c>.</summary>
    /// <exception cref="CommandException">One is not written so.</exception>
    public static IReadOnlyList<SubtitleFile> Subtitles(IEnumerable<string> given) => [.. given.Select(text =>
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && TrackLanguage.Of(text[..at]) is { } language
            ? new SubtitleFile(language, text[(at + 1)..])
            : throw new CommandException($"--subtitles {PrintableText.Of(text, MaxShown)}: must be a language and a file, such as no=film.no.srt.");
    })];
}
