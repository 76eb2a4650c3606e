using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Tests;
using MoviesNow.Cli.Tests.Packaging;
using MoviesNow.Storage;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Site.Tests.Harness;

/// <summary>A bundle, and the folder of the files that it was made of.</summary>
internal sealed record OfferedBundle(Bundle Bundle, string Folder);

/// <summary>What the site has to show: made of files on a disk by the command line, as an administrator does it.</summary>
internal sealed class SiteContent(SiteSystem system, FilmSources files)
{
    /// <summary>Length of films.</summary>
    public const int Seconds = 12;

    /// <summary>One more than a page of the site's list.</summary>
    private static readonly string[] Others =
    [
        "Afterglow", "The Cartographer", "Blue Hour", "Copper and Salt", "Dust Season", "Eleven Bridges", "Fieldnotes", "Glass Orchard",
        "Half a Moon", "Iron Tide", "January Light", "Kestrel", "Low Country", "Meridian", "Night Ferry", "Open Water", "Paper Lanterns",
        "Quiet Engines", "Red Mill", "Silver Birch", "The Lighthouse Keeper", "Under the Ice", "Vanishing Point", "West of Here",
    ];

    private readonly TitleService.TitleServiceClient _titles = new(system.Catalog.As(Identity.Admin));
    private readonly SeasonService.SeasonServiceClient _seasons = new(system.Catalog.As(Identity.Admin));
    private readonly StreamVariantService.StreamVariantServiceClient _variants = new(system.Catalog.As(Identity.Admin));
    private readonly BundleService.BundleServiceClient _bundles = new(system.Catalog.As(Identity.Admin));
    private string _film = "";

    public Title Film { get; private set; } = null!;

    public Title Series { get; private set; } = null!;

    /// <summary>The season of the series. The first episode is in three tiers.</summary>
    public IReadOnlyList<Episode> Episodes { get; private set; } = [];

    public OfferedBundle SeasonZip { get; private set; } = null!;

    /// <summary>A film that may be watched in Germany only.</summary>
    public Title German { get; private set; } = null!;

    /// <summary>A film whose variants are encrypted.</summary>
    public Title Encrypted { get; private set; } = null!;

    public async Task PublishAsync()
    {
        await PublishSeriesAsync();
        Film = await WatchableAsync("A Test Picture", title =>
        {
            title.Synopsis = "Bars, a counter and a tone walk into a laboratory. Only the counter comes out.";
            title.ReleaseYear = 2026;
            title.Genres.AddRange(["drama", "science-fiction"]);
            title.ContentRatings.Add(new ContentRating { Country = "US", Rating = "PG" });
        });
        await PictureAsync(new AssetScope { TitleId = Film.Id }, AssetKind.Poster, 400, 600, "0x1f3a5f", "0xd98c3f");
        await PictureAsync(new AssetScope { TitleId = Film.Id }, AssetKind.Backdrop, 1280, 720, "0x1f3a5f", "0xd98c3f");
        German = await WatchableAsync("Nordlicht", title =>
        {
            (title.OriginalLanguage, title.OriginalName, title.ReleaseYear) = ("de", "Nordlicht über Sylt", 2024);
            title.Availability = new Availability { CountryRule = CountryRule.Include, Countries = { "DE" } };
        });
        Encrypted = await TitleAsync(TitleKind.Movie, "Sealed", title => title.ReleaseYear = 2025);
        await EncryptAsync(await PackageAsync(Encrypted));
        foreach (var (index, name) in Others.Index())
        {
            await TitleAsync(index % 3 == 0 ? TitleKind.Series : TitleKind.Movie, name, title => title.ReleaseYear = 1990 + index);
        }
    }

    /// <summary>A published title.</summary>
    public async Task<Title> TitleAsync(TitleKind kind, string name, Action<CreateTitleRequest>? change = null)
    {
        var request = new CreateTitleRequest { Kind = kind, Name = name, OriginalLanguage = "en" };
        change?.Invoke(request);
        var title = (await _titles.CreateTitleAsync(request)).Title;
        return (await _titles.PublishTitleAsync(new PublishTitleRequest { TitleId = title.Id })).Title;
    }

    /// <summary>A film that plays: three tiers in two languages.</summary>
    public async Task<Title> WatchableAsync(string name, Action<CreateTitleRequest>? change = null)
    {
        var film = await TitleAsync(TitleKind.Movie, name, title =>
        {
            title.DurationMs = 1_000 * Seconds;
            change?.Invoke(title);
        });
        await PackageAsync(film);
        return film;
    }

    /// <summary>A published bundle of the extras of a title.</summary>
    public async Task<OfferedBundle> ExtrasAsync(string titleId, bool requiresToken = false)
    {
        var folder = Directory.CreateDirectory(files.At($"Extras of {titleId}")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "interview.mp3"), RandomNumberGenerator.GetBytes(400_000));
        await File.WriteAllBytesAsync(Path.Combine(folder, "storyboard.pdf"), RandomNumberGenerator.GetBytes(400_000));
        await RunAsync("bundle", "build", folder, "--json");
        string[] token = requiresToken ? ["--requires-token"] : [];
        var bundle = await RunAsync(["bundle", "create", titleId, $"{folder}.zip", "--kind", "title-extras", .. token, "--publish", "--json"]);
        return new(await BundleAsync(bundle), folder);
    }

    /// <summary>What the catalogue's database has of a bundle.</summary>
    public async Task<(string State, long Size, string Sha256, bool IsExpired)> RowAsync(Bundle bundle)
    {
        await using var command = system.CatalogDatabase.CreateCommand("SELECT state, size_bytes, sha256, expires_at < now() FROM bundle WHERE id = $1");
        command.Parameters.Add(new() { Value = Guid.Parse(bundle.Id) });
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        return (reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetBoolean(3));
    }

    /// <summary>What the public is told of how an episode plays.</summary>
    public async Task<GetPlaybackResponse> PlaybackOfAsync(Episode episode) =>
        await new PlaybackService.PlaybackServiceClient(system.Catalog.As(identity: null))
            .GetPlaybackAsync(new GetPlaybackRequest { TitleId = episode.TitleId, EpisodeId = episode.Id });

    /// <summary>Runs the command line as an administrator, with <c>--json</c>.</summary>
    public async Task<JsonElement> RunAsync(params string[] command)
    {
        var (exitCode, output, errors) = await new CliProcess(files.Path, system.CommandLine).RunAsync(command);
        Assert.True(exitCode == 0, $"{errors}{output}");
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Lets a bundle expire, as the passing of time would.</summary>
    public async Task ExpireAsync(Bundle bundle)
    {
        await using var command = system.CatalogDatabase.CreateCommand(
            "UPDATE bundle SET created_at = now() - interval '3 days', expires_at = now() - interval '1 second' WHERE id = $1");
        command.Parameters.Add(new() { Value = Guid.Parse(bundle.Id) });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private async Task PublishSeriesAsync()
    {
        Series = await TitleAsync(TitleKind.Series, "Harbour Lights", title =>
        {
            title.Synopsis = "Three ferries, two families and one winter. When the last lighthouse keeper goes missing, a port town looks at itself.";
            (title.ReleaseYear, title.DurationMs) = (2023, 2_880_000);
            title.Genres.AddRange(["crime", "drama"]);
        });
        await PictureAsync(new AssetScope { TitleId = Series.Id }, AssetKind.Poster, 400, 600, "0x0f2f3f", "0x63a8b5");
        await PictureAsync(new AssetScope { TitleId = Series.Id }, AssetKind.Backdrop, 1280, 720, "0x0f2f3f", "0x63a8b5");
        var season = (await _seasons.CreateSeasonAsync(new CreateSeasonRequest { TitleId = Series.Id, Number = 1 })).Season;
        var folder = Directory.CreateDirectory(files.At("Season 1")).FullName;
        foreach (var (index, name) in new[] { "Fog", "The Second Ferry", "Salt" }.Index())
        {
            var episode = (await _seasons.CreateEpisodeAsync(new CreateEpisodeRequest
            {
                SeasonId = season.Id,
                Number = index + 1,
                Name = name,
                Synopsis = "The harbour wakes to a ship that nobody ordered.",
                DurationMs = 1_000 * Seconds,
            })).Episode;
            Episodes = [.. Episodes, episode];
            var file = Path.Combine(folder, $"S01E0{index + 1} - {name}");
            if (index == 0)
            {
                _film = $"{file}.mkv";
                File.Move(await files.FilmAsync(Seconds), _film);
            }
            else
            {
                File.Move(await files.PictureAsync("episode.mp4"), $"{file}.mp4");
            }
        }

        File.Move(await files.SubtitlesAsync("episode.srt", "Tåke over fjorden"), Path.Combine(folder, "S01E03 - Salt.nb.srt"));
        var first = new AssetScope { TitleId = Series.Id, SeasonId = season.Id, EpisodeId = Episodes[0].Id };
        await PictureAsync(first, AssetKind.Still, 640, 360, "0x23414f", "0xe0b46a");
        var published = await RunAsync("season", "publish", folder, "--title", Series.Id, "--preset", "ultrafast", "--keep", "--json");
        SeasonZip = new(await BundleAsync(published.GetProperty("bundles")[0]), folder);
    }

    /// <summary>Makes a film of the first episode's file. It is encoded once: the command line finds in its work directory what it made of it.</summary>
    private Task<JsonElement> PackageAsync(Title film)
    {
        var work = Path.Combine($"{Path.GetDirectoryName(_film)}.moviesnow", Path.GetFileName(_film));
        return RunAsync("package", _film, "--title", film.Id, "--work", work, "--preset", "ultrafast", "--no-artwork", "--keep", "--json");
    }

    private async Task<Bundle> BundleAsync(JsonElement told) =>
        (await _bundles.GetBundleAsync(new GetBundleRequest { BundleId = told.GetProperty("id").GetString() })).Bundle;

    /// <summary>Records that the files are encrypted. The command line encrypts none, and no browser here could read them.</summary>
    private async Task EncryptAsync(JsonElement packaged)
    {
        var mask = FieldMask.FromFieldNumbers<StreamVariant>(
            StreamVariant.DrmSystemFieldNumber, StreamVariant.DrmKeyIdFieldNumber, StreamVariant.EncryptionSchemeFieldNumber);
        foreach (var id in packaged.GetProperty("variants").EnumerateArray().Select(variant => variant.GetProperty("id").GetString()))
        {
            var variant = (await _variants.GetStreamVariantAsync(new GetStreamVariantRequest { VariantId = id })).Variant;
            (variant.DrmSystem, variant.DrmKeyId) = (DrmSystem.Widevine, "6b1f4a3c-2d5e-4f80-9a1b-0c2d3e4f5061");
            variant.EncryptionScheme = EncryptionScheme.Cbcs;
            await _variants.UpdateStreamVariantAsync(new UpdateStreamVariantRequest { Variant = variant, UpdateMask = mask });
        }
    }

    private async Task PictureAsync(AssetScope scope, AssetKind kind, int width, int height, string from, string to)
    {
        var file = files.At("picture.jpg");
        var source = $"gradients=s={width}x{height}:c0={from}:c1={to}:x0=0:y0=0:x1={width}:y1={height}:d=1:speed=0.00001";
        await Tool.RunAsync("ffmpeg", files.Path, "-hide_banner", "-loglevel", "error", "-y", "-f", "lavfi", "-i", source, "-frames:v", "1", file);
        var owner = scope.EpisodeId.Length > 0 ? $"{scope.TitleId}/{scope.EpisodeId}" : scope.TitleId;
        var key = $"artwork/title/{owner}/{kind}.jpg";
        var bytes = await File.ReadAllBytesAsync(file);
        var headers = new ObjectHeaders { ContentType = "image/jpeg" };
        await system.Objects.PutAsync(StorageKey.Parse(key), new MemoryStream(bytes), bytes.Length, sha256: null, headers, CancellationToken.None);
        await new AssetService.AssetServiceClient(system.Catalog.As(Identity.Service)).RecordAssetAsync(new RecordAssetRequest
        {
            Scope = scope,
            Kind = kind,
            StorageKey = key,
            MimeType = "image/jpeg",
            IsPrimary = true,
            Properties = new MediaProperties { Width = width, Height = height },
        });
    }
}
