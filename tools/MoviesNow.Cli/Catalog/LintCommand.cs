using System.CommandLine;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Catalog;

/// <summary><c>moviesnow lint</c>: examines the media of a title.</summary>
internal static class LintCommand
{
    private static readonly string[] Columns = ["severity", "rule_id", "subject", "message", "clause"];

    public static Command Create(CatalogAccess access)
    {
        var title = new Argument<string>("title") { Description = "Id of the title" };
        var objects = new Option<bool>("--objects") { Description = "Also read the media playlists in the bucket and look at the objects that they name" };
        var command = new Command("lint", "Examines the media of a title and changes nothing; exit code 1 when there are errors.") { title, objects };
        return access.Run(command, async call =>
        {
            var request = new ValidateMediaRequest
            {
                TitleId = call.Parsed.GetRequiredValue(title),
                Depth = call.Parsed.GetValue(objects) ? ValidationDepth.Objects : ValidationDepth.Rows,
            };
            var answer = await call.Clients.Playback.ValidateMediaAsync(request, call.Options);
            if (answer.Findings.Count > 0)
            {
                call.Output.List([.. answer.Findings], Columns);
            }

            await call.Parsed.InvocationConfiguration.Error.WriteLineAsync(Summary(answer));
            return answer.Findings.Any(finding => finding.Severity is FindingSeverity.Error) ? 1 : 0;
        });
    }

    /// <summary>Tells findings besides the result of a command.</summary>
    public static void Note(CatalogCall call, IReadOnlyList<MediaFinding> findings)
    {
        if (findings.Count > 0)
        {
            call.Notes.Table(findings, Columns);
        }
    }

    private static string Summary(ValidateMediaResponse answer)
    {
        int Count(FindingSeverity severity) => answer.Findings.Count(finding => finding.Severity == severity);
        var counts = FormattableString.Invariant(
            $"{Count(FindingSeverity.Error)} errors, {Count(FindingSeverity.Warning)} warnings, {Count(FindingSeverity.Info)} notes.");
        return answer.Truncated ? $"{counts} There is more: not all was looked at, or not all is listed." : counts;
    }
}
