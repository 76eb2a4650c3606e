using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback;

/// <summary>The audio that the playlist plays, as the response tells it.</summary>
internal static class AudioTracks
{
    public static IEnumerable<AudioTrack> Of(PlaylistLayout layout, string originalLanguage) =>
        layout.AudioGroups.Count > 0 ? layout.AudioGroups.SelectMany(Separate) : Muxed(layout.Streams, originalLanguage);

    private static IEnumerable<AudioTrack> Separate(AudioGroup group) => group.Members.Select(member => new AudioTrack
    {
        VariantIds = { member.Variant.Id },
        Language = member.Variant.AudioLanguage,
        Name = member.Name,
        Codec = group.Codec,
        Channels = group.Channels,
        IsDefault = member.IsDefault,
    });

    /// <summary>Streams that carry the same audio are one track: players change between them without asking.</summary>
    private static IEnumerable<AudioTrack> Muxed(IEnumerable<StreamVariant> streams, string originalLanguage) => streams
        .Where(PlaylistLayout.HasAudio)
        .GroupBy(stream => (stream.AudioCodec, stream.AudioChannels))
        .OrderBy(same => same.Key)
        .SelectMany(same =>
        {
            var tracks = same.GroupBy(stream => LanguageNames.Spell(stream.AudioLanguage), StringComparer.Ordinal)
                .OrderByDescending(track => track.Max(stream => AudioGroup.DefaultRank(stream, originalLanguage)))
                .ThenBy(track => track.Key, StringComparer.Ordinal)
                .ToArray();
            var names = RenditionNames.Assign([.. tracks.Select(track => (track.Key, LanguageNames.Of(track.Key) ?? "Audio"))]);
            return tracks.Select((track, i) => new AudioTrack
            {
                VariantIds = { track.Select(stream => stream.Id) },
                Language = track.First().AudioLanguage,
                Name = names[i],
                Codec = same.Key.AudioCodec,
                Channels = same.Key.AudioChannels,
                IsDefault = i == 0,
            });
        });
}
