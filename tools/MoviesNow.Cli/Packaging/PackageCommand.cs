using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.Json;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;

namespace MoviesNow.Cli.Packaging;

/// <summary><c>moviesnow package</c>: makes a film file into something that plays.</summary>
internal static class PackageCommand
{
    private static readonly string[] Columns =
        ["tier", "label", "width", "height", "frame_rate", "codecs", "audio_language", "peak_bandwidth_bps", "average_bandwidth_bps"];

    public static Command Create(CatalogAccess access)
    {
        var file = new Argument<string>("file") { Description = "The film" };
        var title = new Option<string?>("--title") { Description = "Id of the title, or the name of a film, which is created when there is none" };
        var episode = new Option<string?>("--episode") { Description = "Id of an episode of the title" };
        var subtitles = new Option<string[]>("--subtitles") { Description = "Subtitles beside the film, such as no=film.no.srt; may be repeated", HelpName = "language=file" };
        var options = new PackagingOptions();
        var command = new Command("package", "Encodes a film as an HLS package of up to three tiers, uploads it with its pictures, and checks it. Run again, it goes on.")
        {
            file, title, episode, subtitles, options.Publish,
        };
        options.AddTo(command);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(options.DryRun) && string.IsNullOrWhiteSpace(result.GetValue(title)))
            {
                result.AddError("--title is required.");
            }
        });
        access.Run(command, async call =>
        {
            var ffmpeg = new Ffmpeg();
            var film = Film(call.Parsed);
            var plan = await FilmPackaging.PlanAsync(ffmpeg, film, call.CancellationToken);
            film = await WithTitleAsync(call, film, call.Parsed.GetValue(title)!, call.Parsed.GetValue(episode), plan);
            await PlanText.WriteAsync(call.Parsed.InvocationConfiguration.Error, film.File, plan);
            var outcome = await new FilmPackaging(call, ffmpeg, TimeProvider.System).RunAsync(film, plan);
            return await FinishAsync(call, film, plan, outcome, call.Parsed.GetValue(options.Publish));
        });
        // A plan asks no service.
        var withServices = (AsynchronousCommandLineAction)command.Action!;
        command.SetAction(async (parsed, cancellationToken) =>
            parsed.GetValue(options.DryRun) ? await DryRunAsync(parsed, Film(parsed), cancellationToken) : await withServices.InvokeAsync(parsed, cancellationToken));
        return command;

        FilmRequest Film(ParseResult parsed) =>
            options.Film(parsed, parsed.GetRequiredValue(file), PackagingOptions.Subtitles(parsed.GetValue(subtitles) ?? []));
    }

    private static async Task<int> DryRunAsync(ParseResult parsed, FilmRequest film, CancellationToken cancellationToken)
    {
        var plan = await FilmPackaging.PlanAsync(new Ffmpeg(), film, cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(CatalogOptions.Json))
        {
            await output.WriteLineAsync(PlanText.Json(film.File, film.WorkPath, plan));
            return 0;
        }

        await PlanText.WriteAsync(output, film.File, plan);
        return 0;
    }

    private static async Task<FilmRequest> WithTitleAsync(CatalogCall call, FilmRequest film, string title, string? episode, PackagePlan plan)
    {
        if (episode is null)
        {
            var language = plan.Audio.FirstOrDefault(audio => audio.IsDefault)?.Language ?? "";
            return film with { TitleId = (await TitleChoice.FindAsync(call, title, TitleKind.Movie, language, plan.Duration)).Id };
        }

        // Asked before hours are spent on it.
        var found = (await call.Clients.Seasons.GetEpisodeAsync(new GetEpisodeRequest { EpisodeId = episode }, cancellationToken: call.CancellationToken)).Episode;
        return string.Equals(found.TitleId, title, StringComparison.OrdinalIgnoreCase)
            ? film with { TitleId = found.TitleId, EpisodeId = found.Id }
            : throw new CommandException($"The episode is of the title {found.TitleId}: name that with --title.");
    }

    private static async Task<int> FinishAsync(CatalogCall call, FilmRequest film, PackagePlan plan, FilmOutcome outcome, bool publish)
    {
        if (outcome.WasDone)
        {
            await call.Parsed.InvocationConfiguration.Error.WriteLineAsync("It was packaged and uploaded before; nothing was done again. Say --again to do it anew.");
        }

        var list = new ListStreamVariantsRequest { AssetId = outcome.AssetId, PageSize = 200 };
        var variants = (await call.Clients.Variants.ListStreamVariantsAsync(list, cancellationToken: call.CancellationToken)).Variants;
        var findings = await MediaCheck.ExamineAsync(call, film.TitleId);
        var published = publish && await MediaCheck.PublishAsync(call, film.TitleId, findings);
        if (call.Parsed.GetValue(CatalogOptions.Json))
        {
            await call.Parsed.InvocationConfiguration.Output.WriteLineAsync(Json(film, plan, outcome, variants, findings, published));
        }
        else
        {
            call.Output.List(variants, Columns);
        }

        return MediaCheck.HasErrors(findings) ? 1 : 0;
    }

    private static string Json(
        FilmRequest film, PackagePlan plan, FilmOutcome outcome, IReadOnlyList<StreamVariant> variants, IReadOnlyList<MediaFinding> findings, bool published) =>
        JsonSerializer.Serialize(
            new
            {
                film.TitleId,
                film.EpisodeId,
                outcome.PackageId,
                outcome.AssetId,
                outcome.WasDone,
                published,
                variants = variants.Select(variant => new
                {
                    id = variant.Id,
                    tier = variant.IsAudioOnly ? "AUDIO" : variant.Tier.ToString().ToUpperInvariant(),
                    variant.Width,
                    variant.Height,
                    variant.FrameRate,
                    variant.Codecs,
                    variant.AudioLanguage,
                    variant.PeakBandwidthBps,
                    variant.AverageBandwidthBps,
                    variant.StorageKey,
                }),
                subtitles = plan.Subtitles.Select(one => one.Language),
                warnings = plan.Warnings,
                findings = findings.Select(finding => new { severity = finding.Severity.ToString().ToUpperInvariant(), finding.RuleId, finding.Subject, finding.Message }),
            },
            JsonSerializerOptions.Web);
}
