using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Playback;

/// <summary>A film or an episode, and what is recorded for it through the service.</summary>
internal sealed class PlayableTitle(Replica replica, AssetScope scope)
{
    private readonly StreamVariantService.StreamVariantServiceClient _variants = new(replica.Service.Invoker);

    public AssetScope Scope => scope;

    private string Folder => scope.EpisodeId.Length > 0 ? $"{scope.TitleId}/{scope.EpisodeId}" : scope.TitleId;

    public static async Task<PlayableTitle> MovieAsync(Replica replica, bool published = true) =>
        new(replica, new AssetScope { TitleId = (await replica.TitleAsync(TitleKind.Movie, published: published)).Id });

    public static async Task<PlayableTitle> EpisodeAsync(Replica replica, string seriesId, Season season, int number)
    {
        var episode = await replica.EpisodeAsync(season.Id, number);
        return new(replica, new AssetScope { TitleId = seriesId, SeasonId = season.Id, EpisodeId = episode.Id });
    }

    public async Task<MediaAsset> AssetAsync(AssetKind kind, string language = "", string mimeType = "video/mp4", bool isPrimary = false, int sortOrder = 0)
    {
        var folder = kind switch
        {
            AssetKind.Subtitle or AssetKind.Caption => $"subs/title/{Folder}",
            AssetKind.Video => $"originals/{Folder}",
            _ => $"artwork/title/{Folder}",
        };
        var extension = mimeType switch { "text/vtt" => "vtt", "image/jpeg" => "jpg", "video/mp4" => "mp4", _ => "m3u8" };
        return (await replica.Service.Assets.RecordAssetAsync(new()
        {
            Scope = scope,
            Kind = kind,
            StorageKey = $"{folder}/{Samples.NewId():N}.{extension}",
            Language = language,
            MimeType = mimeType,
            IsPrimary = isPrimary,
            SortOrder = sortOrder,
            Properties = new() { Width = 640, Height = 360 },
        })).Asset;
    }

    /// <summary>Three tiers of video, and audio tracks by language.</summary>
    public async Task<StreamVariant[]> LadderAsync(MediaAsset asset, Action<StreamVariant>? change = null, params string[] audio)
    {
        var made = new List<StreamVariant>();
        // Lowest tier first: the answer's order is not that of the rows.
        foreach (var variant in PlaylistRows.Ladder().Reverse().Concat(audio.Select(language => PlaylistRows.Audio(language))))
        {
            change?.Invoke(variant);
            made.Add(await CreateAsync(asset, variant));
        }

        return [.. made];
    }

    public async Task<StreamVariant> CreateAsync(MediaAsset asset, StreamVariant variant)
    {
        variant.Id = "";
        variant.AssetId = asset.Id;
        variant.Tier = variant.IsAudioOnly ? QualityTier.Other : variant.Tier;
        variant.StorageKey = $"hls/{Folder}/v1/{Samples.NewId():N}/index.m3u8";
        return (await _variants.CreateStreamVariantAsync(new() { Variant = variant })).Variant;
    }

    /// <summary>Changes when and where it may be played.</summary>
    public async Task RestrictAsync(Availability availability)
    {
        var title = (await replica.Admin.Titles.GetTitleAsync(new() { TitleId = scope.TitleId })).Title;
        title.Availability = availability;
        await replica.Admin.Titles.UpdateTitleAsync(new() { Title = title, UpdateMask = new() { Paths = { "availability" } } });
    }

    public GetPlaybackRequest Request(string country = "") => new() { TitleId = scope.TitleId, EpisodeId = scope.EpisodeId, Country = country };
}
