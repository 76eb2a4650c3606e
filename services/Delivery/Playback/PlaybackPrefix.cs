using MoviesNow.Storage;

namespace MoviesNow.Delivery.Playback;

/// <summary>What a grant lets a player read.</summary>
internal static class PlaybackPrefix
{
    /// <summary>The prefix of a package, <c>hls/{title_id}/[{episode_id}/]package_{id}/</c>, or without one the folder that it lies in.</summary>
    public static string Of(Guid titleId, Guid? episodeId, Guid? packageId) => packageId is { } package
        ? StorageLayout.HlsPackagePrefix(titleId, episodeId, package)
        : episodeId is { } episode ? $"hls/{titleId:D}/{episode:D}/" : $"hls/{titleId:D}/";
}
