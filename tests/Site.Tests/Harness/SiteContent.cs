using System.IO.Compression;
using System.Security.Cryptography;
using MoviesNow.Catalog.V1;
using MoviesNow.Playback.Tests.Playing;
using MoviesNow.Storage;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Site.Tests.Harness;

/// <summary>A bundle, and the bytes behind it.</summary>
internal sealed record OfferedBundle(Bundle Bundle, byte[] Zip)
{
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Zip));
}

/// <summary>What the site has to show: put there through the services, with objects in the bucket.</summary>
internal sealed class SiteContent(SiteSystem system, Ladder ladder)
{
    private const string Playlist = "application/vnd.apple.mpegurl";

    /// <summary>One more than a page of the site's list.</summary>
    private static readonly string[] Others =
    [
        "Afterglow", "The Cartographer", "Blue Hour", "Copper and Salt", "Dust Season", "Eleven Bridges", "Fieldnotes", "Glass Orchard",
        "Half a Moon", "Iron Tide", "January Light", "Kestrel", "Low Country", "Meridian", "Night Ferry", "Open Water", "Paper Lanterns",
        "Quiet Engines", "Red Mill", "Silver Birch", "The Lighthouse Keeper", "Under the Ice", "Vanishing Point", "West of Here",
    ];

    private readonly TitleService.TitleServiceClient _titles = new(system.Catalog.As(Identity.Admin));
    private readonly SeasonService.SeasonServiceClient _seasons = new(system.Catalog.As(Identity.Admin));
    private readonly BundleService.BundleServiceClient _bundles = new(system.Catalog.As(Identity.Service));

    /// <summary>A film with a ladder in the bucket.</summary>
    public Title Film { get; private set; } = null!;

    public Title Series { get; private set; } = null!;

    /// <summary>The first episode of the series, with a ladder.</summary>
    public Episode Episode { get; private set; } = null!;

    public OfferedBundle SeasonZip { get; private set; } = null!;

    /// <summary>A film that may be watched in Germany only.</summary>
    public Title German { get; private set; } = null!;

    /// <summary>A film whose variants are encrypted.</summary>
    public Title Encrypted { get; private set; } = null!;

    public async Task PublishAsync()
    {
        Film = await TitleAsync(TitleKind.Movie, "A Test Picture", title =>
        {
            title.Synopsis = "Bars, a counter and a tone walk into a laboratory. Only the counter comes out.";
            (title.ReleaseYear, title.DurationMs) = (2026, 1_000 * Ladder.Seconds);
            title.Genres.AddRange(["drama", "science-fiction"]);
            title.ContentRatings.Add(new ContentRating { Country = "US", Rating = "PG" });
        });
        await PublishLadderAsync(new AssetScope { TitleId = Film.Id }, DrmSystem.None);
        await PictureAsync(new AssetScope { TitleId = Film.Id }, AssetKind.Poster, 400, 600, "0x1f3a5f", "0xd98c3f");
        await PictureAsync(new AssetScope { TitleId = Film.Id }, AssetKind.Backdrop, 1280, 720, "0x1f3a5f", "0xd98c3f");
        await PublishSeriesAsync();
        German = await TitleAsync(TitleKind.Movie, "Nordlicht", title =>
        {
            (title.OriginalLanguage, title.OriginalName, title.ReleaseYear) = ("de", "Nordlicht über Sylt", 2024);
            title.Availability = new Availability { CountryRule = CountryRule.Include, Countries = { "DE" } };
        });
        await PublishLadderAsync(new AssetScope { TitleId = German.Id }, DrmSystem.None);
        Encrypted = await TitleAsync(TitleKind.Movie, "Sealed", title => title.ReleaseYear = 2025);
        await PublishLadderAsync(new AssetScope { TitleId = Encrypted.Id }, DrmSystem.Widevine);
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

    /// <summary>A film of a test's own, with a ladder.</summary>
    public async Task<Title> WatchableAsync(string name)
    {
        var film = await TitleAsync(TitleKind.Movie, name, title => title.DurationMs = 1_000 * Ladder.Seconds);
        await PublishLadderAsync(new AssetScope { TitleId = film.Id }, DrmSystem.None);
        return film;
    }

    /// <summary>A published bundle of the extras of a title.</summary>
    public async Task<OfferedBundle> ExtrasAsync(string titleId, bool requiresToken = false) =>
        await OfferAsync(titleId, BundleKind.TitleExtras, season: null, requiresToken, "extras/interview.txt");

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
        foreach (var (index, name) in new[] { "Fog", "The Second Ferry", "Salt" }.Index())
        {
            var episode = (await _seasons.CreateEpisodeAsync(new CreateEpisodeRequest
            {
                SeasonId = season.Id,
                Number = index + 1,
                Name = name,
                Synopsis = "The harbour wakes to a ship that nobody ordered.",
                DurationMs = 12_000,
            })).Episode;
            Episode ??= episode;
        }

        var scope = new AssetScope { TitleId = Series.Id, SeasonId = season.Id, EpisodeId = Episode.Id };
        await PublishLadderAsync(scope, DrmSystem.None);
        await PictureAsync(scope, AssetKind.Still, 640, 360, "0x23414f", "0xe0b46a");
        SeasonZip = await OfferAsync(Series.Id, BundleKind.Season, season.Number, requiresToken: false, "S01E01 Fog.txt", "S01E02 The Second Ferry.txt");
    }

    private async Task PublishLadderAsync(AssetScope scope, DrmSystem drm)
    {
        var id = Guid.CreateVersion7();
        var folder = scope.EpisodeId.Length > 0 ? $"{scope.TitleId}/{scope.EpisodeId}" : scope.TitleId;
        var prefix = $"hls/{folder}/package_{id}/";
        foreach (var file in Directory.GetFiles(ladder.Folder, "*", SearchOption.AllDirectories))
        {
            await PutAsync(prefix + Path.GetRelativePath(ladder.Folder, file), await File.ReadAllBytesAsync(file), TypeOf(file));
        }

        var rows = ladder.Rows();
        await new PackageService.PackageServiceClient(system.Catalog.As(Identity.Service)).PublishPackageAsync(new PublishPackageRequest
        {
            PackageId = id.ToString(),
            Revision = 1,
            Scope = scope,
            Video = new PackageObject { StorageKey = $"{prefix}ffmpeg.m3u8", MimeType = Playlist, SizeBytes = 100, Sha256 = new string('a', 64) },
            Variants = { rows.Streamable.Concat(rows.AudioOnly).Select(row => Recorded(row, rows.Folder, prefix, drm)) },
        });
    }

    private static StreamVariant Recorded(StreamVariant row, string folder, string prefix, DrmSystem drm)
    {
        var variant = row.Clone();
        variant.Id = "";
        variant.Label = row.Id;
        // The last segment of audio is short, so its average may be above the peak of the long ones.
        variant.AverageBandwidthBps = Math.Min(row.AverageBandwidthBps, row.PeakBandwidthBps);
        variant.Tier = row.IsAudioOnly ? QualityTier.Other : row.Tier;
        variant.DrmSystem = drm;
        variant.DrmKeyId = drm is DrmSystem.None ? "" : "6b1f4a3c-2d5e-4f80-9a1b-0c2d3e4f5061";
        variant.EncryptionScheme = drm is DrmSystem.None ? EncryptionScheme.Unspecified : EncryptionScheme.Cbcs;
        variant.StorageKey = prefix + row.StorageKey[folder.Length..];
        return variant;
    }

    private async Task PictureAsync(AssetScope scope, AssetKind kind, int width, int height, string from, string to)
    {
        var file = Path.Combine(ladder.Folder, "..", $"{Guid.NewGuid()}.jpg");
        var source = $"gradients=s={width}x{height}:c0={from}:c1={to}:x0=0:y0=0:x1={width}:y1={height}:d=1:speed=0.00001";
        await Tool.RunAsync("ffmpeg", ladder.Folder, "-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", source, "-frames:v", "1", file);
        var owner = scope.EpisodeId.Length > 0 ? $"{scope.TitleId}/{scope.EpisodeId}" : scope.TitleId;
        var key = $"artwork/title/{owner}/{kind}.jpg";
        await PutAsync(key, await File.ReadAllBytesAsync(file), "image/jpeg");
        File.Delete(file);
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

    private async Task<OfferedBundle> OfferAsync(string titleId, BundleKind kind, int? season, bool requiresToken, params string[] entries)
    {
        var zip = Zip(entries);
        var request = new ReserveBundleRequest
        {
            BundleId = Guid.CreateVersion7().ToString(),
            TitleId = titleId,
            Kind = kind,
            SizeBytes = zip.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(zip)),
            RequiresToken = requiresToken,
        };
        if (season is { } number)
        {
            request.SeasonNumber = number;
        }

        var bundle = (await _bundles.ReserveBundleAsync(request)).Bundle;
        await _bundles.VerifyBundleAsync(new VerifyBundleRequest { BundleId = bundle.Id });
        await PutAsync(bundle.StorageKey, zip, "application/zip");
        var admin = new BundleService.BundleServiceClient(system.Catalog.As(Identity.Admin));
        return new((await admin.PublishBundleAsync(new PublishBundleRequest { BundleId = bundle.Id })).Bundle, zip);
    }

    private static byte[] Zip(params string[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(RandomNumberGenerator.GetBytes(400_000));
            }
        }

        return bytes.ToArray();
    }

    private async Task PutAsync(string key, byte[] bytes, string contentType) => await system.Objects.PutAsync(
        StorageKey.Parse(key), new MemoryStream(bytes), bytes.Length, sha256: null, new ObjectHeaders { ContentType = contentType }, CancellationToken.None);

    private static string TypeOf(string file) => Path.GetExtension(file) is ".m3u8" ? Playlist : "video/mp4";
}
