using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;
using MoviesNow.Cli.Transfer;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Demo;

/// <summary>The demo, step by step; each step checks what it sees, and a surprise ends the demo as a failure.</summary>
/// <param name="connections">The services.</param>
/// <param name="films">Puts a film into the catalogue.</param>
/// <param name="http">Moves bytes.</param>
/// <param name="console">Tells the steps.</param>
/// <param name="directory">Takes files.</param>
/// <param name="mediaUrl">Where the CDN is; null when there is none, and nothing can be watched.</param>
internal sealed class DemoRun(ServiceConnections connections, FilmDemo films, HttpClient http, DemoConsole console, string directory, Uri? mediaUrl)
{
    private const long MiB = 1 << 20;

    private readonly TitleService.TitleServiceClient _titles = new(connections.Connect("catalog", DevelopmentIdentity.Admin));
    private readonly SeasonService.SeasonServiceClient _seasons = new(connections.Connect("catalog", DevelopmentIdentity.Admin));
    private readonly BundleService.BundleServiceClient _bundles = new(connections.Connect("catalog", DevelopmentIdentity.Admin));
    private readonly BundleUploadService.BundleUploadServiceClient _bundleUploads = new(connections.Connect("upload", DevelopmentIdentity.Admin));
    private readonly DownloadLinkService.DownloadLinkServiceClient _links = new(connections.Connect("delivery", identity: null));
    private readonly ObjectTransfer _transfer = new(http);
    private readonly BundleUploader _uploader = new(
        new UploadService.UploadServiceClient(connections.Connect("upload", DevelopmentIdentity.Admin)),
        new MultipartUploadService.MultipartUploadServiceClient(connections.Connect("upload", DevelopmentIdentity.Admin)),
        new ObjectTransfer(http));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var title = await CreateSeriesAsync();
        await RoundTripAsync(title, season: 1, UploadMethod.SinglePut, episodes: 2, episodeBytes: 2 * MiB, cancellationToken);
        await RoundTripAsync(title, season: 2, UploadMethod.Multipart, episodes: 4, episodeBytes: 16 * MiB, cancellationToken);
        await ExpectRefusalsAsync(title);
        var (film, poster) = await films.RunAsync();
        if (mediaUrl is not null)
        {
            await new WatchDemo(connections, http, console, mediaUrl, cancellationToken).RunAsync(film, poster);
        }

        await new PlaybackDemo(connections, console).RunAsync(film);
    }

    private async Task<Title> CreateSeriesAsync() => await console.StepAsync(
        "Create and publish a series with two seasons",
        async () =>
        {
            var created = await _titles.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Series, Name = "Harbour Lights", OriginalLanguage = "en", ReleaseYear = 2026 });
            foreach (var number in (int[])[1, 2])
            {
                await _seasons.CreateSeasonAsync(new CreateSeasonRequest { TitleId = created.Title.Id, Number = number, Name = $"Season {number}" });
            }

            return (await _titles.PublishTitleAsync(new PublishTitleRequest { TitleId = created.Title.Id })).Title;
        },
        title => $"{title.Name} {title.Id}");

    private async Task RoundTripAsync(Title title, int season, UploadMethod method, int episodes, long episodeBytes, CancellationToken cancellationToken)
    {
        var zip = await console.StepAsync(
            $"Build the ZIP of season {season}",
            () => SeasonZip.BuildAsync(Path.Combine(directory, $"S{season:00}.zip"), season, episodes, episodeBytes, cancellationToken),
            zip => $"{zip.SizeBytes:N0} bytes, SHA-256 {zip.Sha256[..12]}…");
        var created = await console.StepAsync(
            $"Reserve the bundle of season {season}",
            async () => await _bundleUploads.CreateBundleAsync(RequestFor(title, season, zip, method)),
            created => $"{created.Bundle.StorageKey}, {(created.Upload.PartPlan is { } plan ? $"{plan.PartCount} parts of {plan.PartSizeBytes / MiB} MiB" : "one PUT")}");
        await console.TransferAsync(
            $"Upload season {season} straight to the bucket, and have it checked",
            zip.SizeBytes,
            async sent =>
            {
                await _uploader.UploadAsync(created.Upload, created.Put, zip.Path, sent, cancellationToken);
                return (await _bundles.PublishBundleAsync(new PublishBundleRequest { BundleId = created.Bundle.Id })).Bundle;
            },
            bundle => $"{bundle.State}");
        await DownloadAsync(title, season, zip, cancellationToken);
    }

    private async Task DownloadAsync(Title title, int season, SeasonZip zip, CancellationToken cancellationToken)
    {
        var answer = await console.StepAsync(
            $"Ask for season {season} as the public",
            async () => await _links.GetBundleUrlAsync(new GetBundleUrlRequest { Season = new SeasonSelector { TitleId = title.Id, SeasonNumber = season } }),
            answer => $"a link for {answer.Link.TtlSeconds} s, saved as {answer.Link.FileName}");
        await console.TransferAsync(
            $"Download season {season} with the link",
            zip.SizeBytes,
            async received =>
            {
                var sha256 = await _transfer.GetAsync(answer.Link.Url, Path.Combine(directory, "downloaded.zip"), received, cancellationToken);
                return string.Equals(sha256, zip.Sha256, StringComparison.Ordinal) ? sha256 : throw new CommandException($"The downloaded bytes differ: SHA-256 {sha256}, not {zip.Sha256}.");
            },
            sha256 => $"SHA-256 {sha256[..12]}… is the same");
    }

    private async Task ExpectRefusalsAsync(Title title)
    {
        await ExpectAsync("Ask for a raw original", ErrorReason.KeyNotAllowed, async () =>
            await _links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = $"originals/{title.Id}/master.mov" }));
        var unused = new SeasonZip("", 1_000, new string('0', 64));
        await ExpectAsync("Create season 1 once more", ErrorReason.BundleExists, async () =>
            await _bundleUploads.CreateBundleAsync(RequestFor(title, season: 1, unused, UploadMethod.SinglePut)));
    }

    private Task<RpcException> ExpectAsync(string what, ErrorReason reason, Func<Task> call) => console.StepAsync(
        what,
        async () =>
        {
            try
            {
                await call();
            }
            catch (RpcException exception) when (string.Equals(RpcErrors.InfoOf(exception)?.Reason, ErrorReasons.NameOf(reason), StringComparison.Ordinal))
            {
                return exception;
            }

            throw new CommandException($"{what} succeeded, and should have failed with {ErrorReasons.NameOf(reason)}.");
        },
        exception => $"refused, {exception.StatusCode} {ErrorReasons.NameOf(reason)}");

    private static CreateBundleRequest RequestFor(Title title, int season, SeasonZip zip, UploadMethod method) => new()
    {
        TitleId = title.Id,
        Kind = BundleKind.Season,
        SeasonNumber = season,
        Label = $"{title.Name}, season {season}",
        SizeBytes = zip.SizeBytes,
        Sha256 = zip.Sha256,
        Method = method,
    };
}
