using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback;

/// <summary>The rows that one film or episode is played from, in any order.</summary>
/// <param name="Streamable">The streamable variants of the video asset.</param>
/// <param name="AudioOnly">Its audio-only HLS variants.</param>
/// <param name="Texts">Subtitle and caption assets.</param>
/// <param name="OriginalLanguage">Original language of the title (BCP 47); empty when unknown.</param>
/// <param name="Folder">The folder that relative URIs of the playlist start from, ending in <c>/</c>.</param>
/// <param name="BaseUri">What URIs begin with instead, ending in <c>/</c>; empty for relative ones.</param>
internal sealed record PlaybackSource(
    IReadOnlyList<StreamVariant> Streamable,
    IReadOnlyList<StreamVariant> AudioOnly,
    IReadOnlyList<MediaAsset> Texts,
    string OriginalLanguage,
    string Folder,
    string BaseUri = "");
