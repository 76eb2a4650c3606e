using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation;

namespace MoviesNow.Catalog.Tests.Validation;

/// <summary>The rows of a title without a fault, for tests to break.</summary>
internal sealed class MediaDraft
{
    public const string TitleId = PlaylistRows.TitleId;
    public const string Video = "asset-video";

    private const string PlaylistType = "application/vnd.apple.mpegurl";

    public Title Title { get; } = new() { Id = TitleId, Kind = TitleKind.Movie, Name = "Dark Rivers", OriginalLanguage = "en" };

    public List<string> Seasons { get; } = [];

    public List<EpisodeScope> Episodes { get; } = [];

    public List<MediaAsset> Assets { get; } = [];

    public List<StreamVariant> Variants { get; } = [];

    public StreamVariant P1080 => Variants.Find(variant => variant.Tier is QualityTier.P1080)!;

    public StreamVariant P720 => Variants.Find(variant => variant.Tier is QualityTier.P720)!;

    public StreamVariant P480 => Variants.Find(variant => variant.Tier is QualityTier.P480)!;

    public StreamVariant[] Audio => [.. Variants.Where(variant => variant.IsAudioOnly)];

    /// <summary>A film with three tiers, audio in two languages, captions and artwork.</summary>
    public static MediaDraft Film()
    {
        var draft = new MediaDraft();
        draft.AddPlayable(new AssetScope { TitleId = TitleId }, Video);
        draft.AddArtwork();
        return draft;
    }

    /// <summary>A series with an episode that has the same.</summary>
    public static MediaDraft Series()
    {
        var draft = new MediaDraft();
        draft.Title.Kind = TitleKind.Series;
        draft.Seasons.Add("season-1");
        draft.Episodes.Add(new EpisodeScope("episode-1", "season-1"));
        draft.AddPlayable(new AssetScope { TitleId = TitleId, SeasonId = "season-1", EpisodeId = "episode-1" }, Video);
        draft.AddArtwork();
        return draft;
    }

    public MediaAsset Asset(string id) => Assets.Find(asset => asset.Id == id)!;

    public MediaAsset Add(AssetKind kind, string id, AssetScope? scope = null, Action<MediaAsset>? change = null)
    {
        var asset = new MediaAsset
        {
            Id = id,
            Scope = scope ?? new AssetScope { TitleId = TitleId },
            Kind = kind,
            StorageKey = $"originals/{TitleId}/{id}",
            MimeType = kind is AssetKind.Caption ? PlaylistType : "application/octet-stream",
            SizeBytes = 1_000,
            Sha256 = Samples.Sha256,
            Properties = new MediaProperties { Width = 1_920, Height = 1_080 },
            IsPrimary = true,
        };
        change?.Invoke(asset);
        Assets.Add(asset);
        return asset;
    }

    /// <summary>Puts the audio into the segments of every tier.</summary>
    public static void Mux(params StreamVariant[] tiers)
    {
        foreach (var tier in tiers)
        {
            (tier.AudioCodec, tier.AudioChannels, tier.AudioLanguage) = (AudioCodec.Aac, 2, "en");
            tier.Codecs += ",mp4a.40.2";
        }
    }

    public void Remove(params StreamVariant[] variants) => Variants.RemoveAll(variants.Contains);

    public TitleMedia Media() => new(Title, Seasons, Episodes, Assets, Variants);

    private void AddArtwork()
    {
        Add(AssetKind.Poster, "asset-poster");
        Add(AssetKind.Backdrop, "asset-backdrop");
    }

    private void AddPlayable(AssetScope scope, string id)
    {
        Add(AssetKind.Video, id, scope);
        Add(AssetKind.Caption, "asset-caption", scope, asset => asset.Language = "en");
        Variants.AddRange(PlaylistRows.Ladder());
        Variants.AddRange([PlaylistRows.Audio("en", isDefault: true), PlaylistRows.Audio("de")]);
        foreach (var variant in Variants)
        {
            variant.AssetId = id;
            variant.SizeBytes = 1_000_000;
            variant.Tier = variant.IsAudioOnly ? QualityTier.Other : variant.Tier;
        }

        P720.IsDefault = true;
        P480.AverageBandwidthBps = 1_200_000;
        P480.PeakBandwidthBps = 1_500_000;
    }
}
