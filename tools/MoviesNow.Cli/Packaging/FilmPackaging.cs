using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Transfer;
using MoviesNow.Cli.Uploads;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Packaging;

/// <summary>What became of a film.</summary>
/// <param name="PackageId">Its package.</param>
/// <param name="AssetId">Its video asset.</param>
/// <param name="WasDone">Whether an earlier run had done everything.</param>
internal sealed record FilmOutcome(string PackageId, string AssetId, bool WasDone);

/// <summary>Packages a film, uploads it with its pictures, and remembers how far it came.</summary>
internal sealed class FilmPackaging(CatalogCall call, Ffmpeg ffmpeg, TimeProvider time)
{
    private const int MaxName = 200;

    private readonly TextWriter _notes = call.Parsed.InvocationConfiguration.Error;

    /// <summary>Plans the package of a film; asks no service.</summary>
    /// <exception cref="CommandException">It cannot be packaged.</exception>
    public static async Task<PackagePlan> PlanAsync(Ffmpeg ffmpeg, FilmRequest film, CancellationToken cancellationToken)
    {
        var probe = await ffmpeg.ProbeAsync(film.File, cancellationToken);
        foreach (var subtitles in film.Subtitles)
        {
            var found = await ffmpeg.ProbeAsync(subtitles.File, cancellationToken, "subtitles");
            var track = found.Subtitles is [var first, ..] ? first : throw new CommandException($"{Ffmpeg.Shown(subtitles.File)} has no subtitles.");
            await SubtitleText.RequireUnicodeAsync(subtitles.File, found.Format, cancellationToken);
            var beside = track with { Language = subtitles.Language, IsDefault = false, File = Path.GetFullPath(subtitles.File) };
            probe = probe with { Subtitles = [.. probe.Subtitles, beside] };
        }

        return PackagePlan.Of(film.File, probe, film.Plan, probe.Video?.Range is SourceRange.Sdr || await ffmpeg.CanToneMapAsync(cancellationToken));
    }

    /// <summary>Does what is left to do.</summary>
    /// <exception cref="CommandException">It cannot be done; what is done already is kept.</exception>
    public async Task<FilmOutcome> RunAsync(FilmRequest film, PackagePlan plan)
    {
        try
        {
            return await DoAsync(film, plan);
        }
        catch (OperationCanceledException) when (call.CancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"Interrupted. What is done is kept in '{PrintableText.Of(film.WorkPath, MaxName)}': run the same command to go on.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"'{PrintableText.Of(film.WorkPath, MaxName)}' cannot be worked in: {PrintableText.Of(exception.Message, MaxName)} Name another directory with --work.");
        }
    }

    private async Task<FilmOutcome> DoAsync(FilmRequest film, PackagePlan plan)
    {
        var fingerprint = film.Fingerprint;
        using var work = WorkFolder.Open(film.WorkPath, fingerprint, time);
        var owner = $"{film.TitleId}/{film.EpisodeId}";
        var before = work.State.Publications.GetValueOrDefault(owner);
        if (film.Again && before is { IsDone: true })
        {
            // One that is not done was begun by a run that was interrupted: it is gone on with.
            before = null;
        }

        if (before is { IsDone: true })
        {
            await RequireCurrentAsync(film, before);
            return new FilmOutcome(before.PackageId, before.AssetId, WasDone: true);
        }

        var content = await new Packager(ffmpeg, work, film.File, plan, new StepConsole(_notes, time)).RunAsync(call.CancellationToken);
        if (!string.Equals(film.Fingerprint, fingerprint, StringComparison.Ordinal))
        {
            throw new CommandException($"{Ffmpeg.Shown(film.File)} was written to while it was encoded: run the command again when nothing writes to it any more.");
        }

        var publication = before ?? new Publication(NewKey(), "", "", false, await ArtworkAsync(film));
        Save(work, owner, publication);
        using var http = ObjectTransfer.NewClient();
        var transfer = new ObjectTransfer(http);
        var package = await UploadAsync(work, film, content, transfer, owner, publication);
        publication = work.State.Publications[owner] with { PackageId = package.Id, AssetId = package.AssetId };
        Save(work, owner, publication);
        foreach (var picture in publication.Artwork)
        {
            await new Artwork(call, ffmpeg, transfer, _notes, time).UploadAsync(film.TitleId, work.At($"{Packager.Pictures}/{picture}"));
        }

        Save(work, owner, publication with { IsDone = true });
        if (!film.Keep)
        {
            work.Tidy();
        }

        return new FilmOutcome(package.Id, package.AssetId, WasDone: false);
    }

    private async Task<HlsPackage> UploadAsync(
        WorkFolder work, FilmRequest film, PackageContent content, ObjectTransfer transfer, string owner, Publication publication)
    {
        var request = new CreatePackageRequest { TitleId = film.TitleId, EpisodeId = film.EpisodeId };
        var end = new FinalizePackageRequest { Variants = { content.Variants }, Texts = { content.Texts }, Properties = content.Properties };
        var upload = new PackageUpload(call, transfer, _notes, time);
        var package = await upload.ContinueAsync(work.Package, request, end, publication.Key);
        var isGivenUp = package.State is PackageState.Aborted or PackageState.Expired or PackageState.Pending;
        if (isGivenUp || (film.Again && package.State is not PackageState.Completed))
        {
            // It was given up, its time ran out, or another one replaced it, since an earlier run: what was encoded is still good.
            Save(work, owner, publication with { Key = NewKey() });
            package = await upload.ContinueAsync(work.Package, request, end, work.State.Publications[owner].Key);
        }

        return package.State is PackageState.Completed ? package : throw new CommandException(
            $"The package {package.Id} is {package.State.ToString().ToUpperInvariant()}, as a later one was published: say --again to publish this one anew.");
    }

    /// <summary>The pictures that the title lacks. It is asked once: what is uploaded of them does not make the rest needless.</summary>
    private async Task<string[]> ArtworkAsync(FilmRequest film)
    {
        if (!film.WithArtwork)
        {
            return [];
        }

        var request = new ListAssetsRequest { Scope = new AssetScope { TitleId = film.TitleId }, PageSize = 200 };
        var has = (await call.Clients.Assets.ListAssetsAsync(request, cancellationToken: call.CancellationToken)).Assets.Select(asset => asset.Kind).ToHashSet();
        var stills = Enumerable.Range(1, Packager.Stills).Select(number => $"still-{number}.jpg");
        return
        [
            .. has.Contains(AssetKind.Poster) ? [] : (string[])[Packager.Poster],
            .. has.Contains(AssetKind.Backdrop) ? [] : (string[])[Packager.Backdrop],
            // Artwork is of titles: a series with the stills of all episodes would be a heap.
            .. has.Contains(AssetKind.Still) || film.EpisodeId.Length > 0 ? [] : stills,
        ];
    }

    private async Task RequireCurrentAsync(FilmRequest film, Publication publication)
    {
        var ask = new GetPackageRequest { PackageId = publication.PackageId };
        var package = (await call.Clients.Packages.GetPackageAsync(ask, cancellationToken: call.CancellationToken)).Package;
        if (package.State is not PackageState.Completed)
        {
            throw new CommandException(
                $"'{PrintableText.Of(Path.GetFileName(film.File), MaxName)}' was published as package {package.Id}, which is {package.State.ToString().ToUpperInvariant()} now: "
                + "say --again to package and publish it anew.");
        }
    }

    private static void Save(WorkFolder work, string owner, Publication publication)
    {
        work.State.Publications[owner] = publication;
        work.Save(work.State);
    }

    private string NewKey() => Guid.CreateVersion7(time.GetUtcNow()).ToString();
}
