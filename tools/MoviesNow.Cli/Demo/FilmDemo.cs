using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Transfer;
using MoviesNow.Cli.Uploads;
using MoviesNow.Upload.V1;
using UploadMessage = MoviesNow.Upload.V1.Upload;

namespace MoviesNow.Cli.Demo;

/// <summary>The part of the demo in which a film gets into the catalogue, as an HLS package with a poster.</summary>
internal sealed class FilmDemo(CatalogCall call, HttpClient http, DemoConsole console, string directory)
{
    private readonly ObjectTransfer _transfer = new(http);

    /// <summary>Makes, uploads and publishes a film.</summary>
    public async Task<(Title Title, UploadMessage Poster)> RunAsync()
    {
        var film = await console.StepAsync(
            "Make a short film",
            () => DemoFilm.MakeAsync(directory, "ffmpeg", call.CancellationToken),
            film => $"{DemoFilm.Seconds} s in three tiers, {(film.IsEncoded ? "by ffmpeg" : "from the program, for there is no ffmpeg")}");
        var created = await CreateAsync();
        await console.StepAsync(
            "Upload the film as an HLS package, and have it checked and registered",
            () => new PackageUpload(call, _transfer, TextWriter.Null, TimeProvider.System).RunAsync(
                film.Folder, new CreatePackageRequest { TitleId = created.Id }, film.Variants(), resume: false),
            package => $"{package.FileCount} files, {package.TotalBytes:N0} bytes, {package.State}");
        var poster = await console.StepAsync(
            "Upload its poster",
            async () => (await new FileUpload(call, _transfer, TextWriter.Null, TimeProvider.System).RunAsync(film.Poster, PosterOf(created), resume: false)).Upload,
            upload => upload.StorageKey);
        var title = await console.StepAsync(
            "Publish the film",
            async () => (await call.Clients.Titles.PublishTitleAsync(new PublishTitleRequest { TitleId = created.Id }, call.Options)).Title,
            title => $"{title.Name} {title.Id}");
        return (title, poster);
    }

    private async Task<Title> CreateAsync() => (await call.Clients.Titles.CreateTitleAsync(
        new CreateTitleRequest
        {
            Kind = TitleKind.Movie,
            Name = "The Test Picture",
            Synopsis = "A clock runs, a tone sounds, colours move.",
            OriginalLanguage = "en",
            ReleaseYear = 2026,
            DurationMs = DemoFilm.Seconds * 1_000,
        },
        call.Options)).Title;

    private static CreateUploadRequest PosterOf(Title title) => new()
    {
        Target = new UploadTarget { TitleId = title.Id, Purpose = UploadPurpose.Artwork, AssetKind = AssetKind.Poster },
    };
}
