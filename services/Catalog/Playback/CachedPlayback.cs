using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback;

/// <summary>What was read about playing a film or an episode, and the answer that follows from it.</summary>
/// <param name="titleId">The title.</param>
/// <param name="episodeId">The episode; null for a film.</param>
/// <param name="rows">What was read.</param>
internal sealed class CachedPlayback(Guid titleId, Guid? episodeId, PlaybackRows rows)
{
    // Nearly all ask for relative URIs.
    private GetPlaybackResponse? _relative;

    public PlaybackRows Rows => rows;

    /// <summary>The answer whose playlist has URIs that begin with a base, or relative ones when that is empty.</summary>
    public GetPlaybackResponse Answer(string baseUri) => baseUri.Length > 0 ? Make(baseUri) : _relative ??= SerializedAnswers.Keep(Make(""));

    private GetPlaybackResponse Make(string baseUri)
    {
        var source = new PlaybackSource(
            [.. rows.Variants.Where(variant => variant.IsStreamable)],
            [.. rows.Variants.Where(variant => variant.IsAudioOnly)],
            [.. rows.Assets.Where(IsText)],
            rows.OriginalLanguage,
            episodeId is { } episode ? $"hls/{titleId:D}/{episode:D}/" : $"hls/{titleId:D}/",
            baseUri);
        return PlaybackAnswer.Of(source, rows.Assets.Where(asset => !IsText(asset)));
    }

    private static bool IsText(MediaAsset asset) => asset.Kind is AssetKind.Subtitle or AssetKind.Caption;
}
