using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>What a multivariant playlist lists, in its order.</summary>
/// <param name="Streams">Variants that have a media playlist of their own in the list: videos, or the steps of an audio-only title.</param>
/// <param name="AudioGroups">Audio apart from the video; none when the streams carry their audio.</param>
internal sealed record PlaylistLayout(IReadOnlyList<StreamVariant> Streams, IReadOnlyList<AudioGroup> AudioGroups)
{
    private static readonly QualityTier[] Tiers = [QualityTier.P1080, QualityTier.P720, QualityTier.P480];

    /// <summary>
    /// Players mishandle audio that is in the segments and in a group as well. So a playlist has it in one place, the one that plays more
    /// of the variants; what would be silent or double there is left out.
    /// </summary>
    public static PlaylistLayout Of(PlaybackSource source)
    {
        var videos = Order(source.Streamable.Where(IsPlayable));
        var audio = source.AudioOnly.Where(IsPlayable).ToArray();
        if (videos.Length == 0)
        {
            return AudioOnly(audio, source.OriginalLanguage);
        }

        var silent = videos.Where(video => !HasAudio(video)).ToArray();
        var muxed = videos.Where(HasAudio).ToArray();
        if (silent.Length > 0 && silent.Length >= muxed.Length && (audio.Length > 0 || muxed.Length == 0))
        {
            return new(silent, AudioGroup.Of(audio, source.OriginalLanguage));
        }

        return new(muxed, []);
    }

    /// <summary>Every variant that the playlist plays.</summary>
    public IEnumerable<StreamVariant> Variants => Streams.Concat(AudioGroups.SelectMany(group => group.Members).Select(member => member.Variant));

    /// <summary>Highest tier first, and within what should not happen, one order whatever the database's.</summary>
    public static StreamVariant[] Order(IEnumerable<StreamVariant> variants) => [.. variants
        .OrderBy(variant => Array.IndexOf(Tiers, variant.Tier) is >= 0 and var position ? position : Tiers.Length)
        .ThenByDescending(variant => variant.PeakBandwidthBps)
        .ThenBy(variant => variant.Id, StringComparer.Ordinal)];

    public static bool HasAudio(StreamVariant variant) => variant.AudioCodec is not (AudioCodec.None or AudioCodec.Unspecified);

    /// <summary>One track is a ladder of its qualities; several tracks are groups that the viewer chooses from.</summary>
    private static PlaylistLayout AudioOnly(StreamVariant[] audio, string originalLanguage)
    {
        var tracks = AudioTrackKey.Identify(audio).Select(track => track.Key with { Number = 0 }).Distinct();
        return tracks.Skip(1).Any() ? new([], AudioGroup.Of(audio, originalLanguage)) : new(Order(audio), []);
    }

    // RFC 8216bis 4.4.6.2 requires BANDWIDTH, and 0 makes players divide by it.
    private static bool IsPlayable(StreamVariant variant) => variant.PeakBandwidthBps > 0;
}
