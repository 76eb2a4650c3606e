using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text.Json;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Bundles;
using MoviesNow.Cli.Catalog;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Packaging.Seasons;

/// <summary><c>moviesnow season publish</c>: a folder of episodes becomes a season that plays and can be downloaded.</summary>
internal static class SeasonPublishCommand
{
    private const int MaxName = 200;

    public static Command Create(CatalogAccess access)
    {
        var folder = new Argument<string>("folder") { Description = "Its files are the episodes; its folder extras, the extras" };
        var title = new Option<string?>("--title") { Description = "Id of the series, or its name, and then it is created when there is none" };
        var season = new Option<int?>("--season") { Description = "Number of the season, when neither the names of the files nor of the folder tell it" };
        var draft = new Option<bool>("--draft") { Description = "Publish neither the series nor the ZIPs" };
        var noZip = new Option<bool>("--no-zip") { Description = "Make no ZIPs to download" };
        var options = new PackagingOptions();
        var command = new Command("publish", "Packages the episodes of a folder, makes the ZIPs of the season and of its extras, and publishes them. Run again, it goes on.")
        {
            folder, title, season, draft, noZip,
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
            var (source, planned, root) = await PlanAsync(call.Parsed, call.CancellationToken);
            foreach (var one in planned)
            {
                await PlanText.WriteAsync(call.Parsed.InvocationConfiguration.Error, one.Film.File, one.Plan);
            }

            var language = planned[0].Plan.Audio.FirstOrDefault(audio => audio.IsDefault)?.Language ?? "";
            var series = await TitleChoice.FindAsync(call, call.Parsed.GetValue(title)!, TitleKind.Series, language, TimeSpan.Zero);
            var publication = new SeasonPublication(call, ffmpeg, TimeProvider.System);
            var (row, episodes) = await publication.RowsAsync(series.Id, source.Season, planned);
            var published = await publication.EpisodesAsync(series.Id, planned, episodes);
            var publish = !call.Parsed.GetValue(draft);
            var findings = await MediaCheck.ExamineAsync(call, series.Id);
            var isPublic = publish && await MediaCheck.PublishAsync(call, series.Id, findings);
            var bundles = call.Parsed.GetValue(noZip) ? [] : await ZipsAsync(publication, series.Id, source, published, root, isPublic);
            await TellAsync(call, series.Id, row, published, bundles, findings, isPublic);
            return MediaCheck.HasErrors(findings) ? 1 : 0;
        });
        var withServices = (AsynchronousCommandLineAction)command.Action!;
        command.SetAction(async (parsed, cancellationToken) =>
            parsed.GetValue(options.DryRun) ? await DryRunAsync(parsed, cancellationToken) : await withServices.InvokeAsync(parsed, cancellationToken));
        return command;

        async Task<(SeasonFolder Source, IReadOnlyList<PlannedEpisode> Planned, string Root)> PlanAsync(ParseResult parsed, CancellationToken cancellationToken)
        {
            var source = SeasonFolder.Read(parsed.GetRequiredValue(folder), parsed.GetValue(season));
            var root = Path.GetFullPath(options.Work(parsed) ?? source.Path + ".moviesnow");
            foreach (var other in source.Others)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"'{PrintableText.Of(other, MaxName)}' is passed over.");
            }

            var planned = new List<PlannedEpisode>();
            foreach (var episode in source.Episodes)
            {
                var film = options.Film(parsed, episode.File, episode.Subtitles) with { Work = Path.Combine(root, Path.GetFileName(episode.File)) };
                planned.Add(new PlannedEpisode(episode, film, await FilmPackaging.PlanAsync(new Ffmpeg(), film, cancellationToken)));
            }

            return (source, planned, root);
        }

        async Task<int> DryRunAsync(ParseResult parsed, CancellationToken cancellationToken)
        {
            var (source, planned, _) = await PlanAsync(parsed, cancellationToken);
            var output = parsed.InvocationConfiguration.Output;
            foreach (var one in planned)
            {
                if (parsed.GetValue(CatalogOptions.Json))
                {
                    await output.WriteLineAsync(PlanText.Json(one.Film.File, one.Film.WorkPath, one.Plan));
                    continue;
                }

                await output.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"S{source.Season:00}E{one.File.Number:00} "));
                await PlanText.WriteAsync(output, one.Film.File, one.Plan);
            }

            return 0;
        }
    }

    private static async Task<IReadOnlyList<Bundle>> ZipsAsync(
        SeasonPublication publication, string titleId, SeasonFolder source, IReadOnlyList<PublishedEpisode> episodes, string root, bool publish)
    {
        Directory.CreateDirectory(root);
        var ids = episodes.ToDictionary(one => Path.GetFileName(one.File.File), one => Guid.Parse(one.Episode.Id), StringComparer.Ordinal);
        var texts = episodes.SelectMany(one => one.File.Subtitles.Select(text => Path.GetFileName(text.File)));
        var wanted = ids.Keys.Concat(texts).ToHashSet(StringComparer.Ordinal);
        var files = BundleFolder.Read(source.Path, []).Where(file => wanted.Contains(file.Path)).ToList();
        var season = new CreateBundleRequest
        {
            TitleId = titleId,
            Kind = BundleKind.Season,
            SeasonNumber = source.Season,
            EpisodeIds = { episodes.Select(one => one.Episode.Id) },
        };
        var name = string.Create(CultureInfo.InvariantCulture, $"S{source.Season:00}");
        var bundles = new List<Bundle> { await publication.BundleAsync(season, Path.Combine(root, name + ".zip"), files, ids, publish) };
        if (source.Extras is { } extras && BundleFolder.Read(extras, []) is { Count: > 0 } more)
        {
            var request = new CreateBundleRequest { TitleId = titleId, Kind = BundleKind.SeasonExtras, SeasonNumber = source.Season };
            bundles.Add(await publication.BundleAsync(request, Path.Combine(root, name + "_extras.zip"), more, new Dictionary<string, Guid>(StringComparer.Ordinal), publish));
        }

        return bundles;
    }

    private static async Task TellAsync(
        CatalogCall call, string titleId, Season season, IReadOnlyList<PublishedEpisode> episodes, IReadOnlyList<Bundle> bundles,
        IReadOnlyList<MediaFinding> findings, bool published)
    {
        if (!call.Parsed.GetValue(CatalogOptions.Json))
        {
            call.Output.Table([.. episodes.Select(one => one.Episode)], ["id", "number", "name"]);
            call.Output.Table(bundles, ["id", "kind", "state", "size_bytes", "expire_time"]);
            return;
        }

        var result = new
        {
            titleId,
            seasonId = season.Id,
            published,
            episodes = episodes.Select(one => new { one.Episode.Id, one.Episode.Number, one.Outcome.PackageId, one.Outcome.AssetId, one.Outcome.WasDone }),
            bundles = bundles.Select(bundle => new { bundle.Id, kind = bundle.Kind.ToString(), state = bundle.State.ToString() }),
            findings = findings.Select(finding => new { severity = finding.Severity.ToString().ToUpperInvariant(), finding.RuleId, finding.Subject, finding.Message }),
        };
        await call.Parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
    }
}
