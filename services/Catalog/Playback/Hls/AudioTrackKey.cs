using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>What makes renditions of several groups the same audio: language, label, and which one of several like it.</summary>
internal sealed record AudioTrackKey(string Language, string Label, int Number)
{
    /// <summary>Label, else name of the language.</summary>
    public string PreferredName => Label.Length > 0 ? Label : LanguageNames.Of(Language) ?? "Audio";

    /// <summary>The variants of one group by language and label, each with its key.</summary>
    public static (AudioTrackKey Key, StreamVariant Variant)[] Identify(IEnumerable<StreamVariant> variants) => [.. variants
        .GroupBy(variant => new AudioTrackKey(LanguageNames.Spell(variant.AudioLanguage), PlaylistTag.Quotable(variant.Label), 0))
        .SelectMany(like => like
            .OrderBy(variant => variant.Id, StringComparer.Ordinal)
            .Select((variant, i) => (like.Key with { Number = i }, variant)))];

    public static IEnumerable<AudioTrackKey> Sort(IEnumerable<AudioTrackKey> keys) => keys
        .OrderBy(key => key.Language, StringComparer.Ordinal)
        .ThenBy(key => key.Label, StringComparer.Ordinal)
        .ThenBy(key => key.Number);
}
