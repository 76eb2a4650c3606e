using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>A member of an audio group.</summary>
internal sealed record AudioRendition(StreamVariant Variant, string Name, bool IsDefault, bool IsAutoselect);

/// <summary>The audio renditions of one codec and number of channels: a player that decodes one of them decodes all.</summary>
internal sealed record AudioGroup(string Id, AudioCodec Codec, int Channels, IReadOnlyList<AudioRendition> Members)
{
    public long PeakBandwidthBps => Members.Max(member => member.Variant.PeakBandwidthBps);

    public long AverageBandwidthBps => Members.Max(member => member.Variant.AverageBandwidthBps);

    /// <summary>Groups audio-only variants. What is the same language and label in several groups has one name in all of them.</summary>
    public static IReadOnlyList<AudioGroup> Of(IEnumerable<StreamVariant> variants, string originalLanguage)
    {
        var groups = variants.GroupBy(variant => (variant.AudioCodec, variant.AudioChannels))
            .OrderBy(group => group.Key)
            .Select(group => (group.Key, Tracks: AudioTrackKey.Identify(group)))
            .ToArray();
        var tracks = AudioTrackKey.Sort(groups.SelectMany(group => group.Tracks.Select(track => track.Key)).Distinct()).ToArray();
        var names = RenditionNames.Assign([.. tracks.Select(track => (track.Language, track.PreferredName))]);
        var nameOf = Enumerable.Range(0, tracks.Length).ToDictionary(i => tracks[i], i => names[i]);
        return [.. groups.Select(group => new AudioGroup(
            $"{NameOf(group.Key.AudioCodec)}-{group.Key.AudioChannels}",
            group.Key.AudioCodec,
            group.Key.AudioChannels,
            Arrange(group.Tracks, nameOf, originalLanguage)))];
    }

    private static AudioRendition[] Arrange(
        (AudioTrackKey Key, StreamVariant Variant)[] tracks, Dictionary<AudioTrackKey, string> nameOf, string originalLanguage)
    {
        var ordered = AudioTrackKey.Sort(tracks.Select(track => track.Key)).Join(tracks, key => key, track => track.Key, (_, track) => track)
            .OrderByDescending(track => DefaultRank(track.Variant, originalLanguage))
            .ToArray();
        // At most one of a language: members with AUTOSELECT=YES must be told apart by their attributes, and only LANGUAGE differs here.
        var languages = new HashSet<string>(StringComparer.Ordinal);
        return [.. ordered.Select((track, i) =>
        {
            var isFirstOfLanguage = LanguageNames.Tag(track.Key.Language) is { } language && languages.Add(language);
            return new AudioRendition(track.Variant, nameOf[track.Key], IsDefault: i == 0, IsAutoselect: i == 0 || isFirstOfLanguage);
        })];
    }

    /// <summary>Which one plays first: one that is marked, in the original language if there is a choice. The first of equal ones wins.</summary>
    public static int DefaultRank(StreamVariant variant, string originalLanguage) =>
        (variant.IsDefault ? 2 : 0) + (LanguageNames.Matches(variant.AudioLanguage, originalLanguage) ? 1 : 0);

    private static string NameOf(AudioCodec codec) => codec switch
    {
        AudioCodec.Aac => "aac",
        AudioCodec.Ac3 => "ac3",
        AudioCodec.Eac3 => "ec3",
        AudioCodec.Opus => "opus",
        _ => "audio",
    };
}
