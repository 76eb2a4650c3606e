using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Validation.Rows;

/// <summary>Whether the audio of an asset plays in every tier and can be told apart.</summary>
internal static class AudioExamination
{
    private const int StereoChannels = 2;

    // Several languages, no spoken word, and unknown: no audio can be in them.
    private static readonly string[] NoSpokenLanguages = ["", "mul", "und", "zxx"];

    public static void Examine(AssetVariants ladder, string originalLanguage, Findings findings)
    {
        var asset = ladder.Asset.Id;
        var muxed = Array.FindAll(ladder.Streamable, PlaylistLayout.HasAudio);
        var all = ladder.Played.Where(PlaylistLayout.HasAudio).ToArray();
        if (all.Length == 0)
        {
            if (ladder.Streamable.Length > 0)
            {
                findings.Add(RowRules.AudioMissing, asset, "No variant has audio.");
            }

            return;
        }

        ExaminePlaces(ladder, muxed, findings);
        ExamineTracks(asset, ladder.Audio, findings);
        foreach (var variant in all.Where(variant => LanguageNames.Tag(variant.AudioLanguage) is null))
        {
            findings.Add(RowRules.AudioLanguageMissing, variant.Id, "The audio has no language recorded.");
        }

        if (!Array.Exists(all, variant => variant.AudioCodec is AudioCodec.Aac && variant.AudioChannels <= StereoChannels))
        {
            findings.Add(RowRules.AudioStereoMissing, asset, "There is no stereo audio in AAC, which every device plays.");
        }

        if (!NoSpokenLanguages.Contains(originalLanguage, StringComparer.OrdinalIgnoreCase) && !Array.Exists(all, variant => IsIn(variant, originalLanguage)))
        {
            findings.Add(RowRules.AudioOriginalMissing, asset, "No audio is in the original language of the title.");
        }
    }

    private static void ExaminePlaces(AssetVariants ladder, StreamVariant[] muxed, Findings findings)
    {
        var asset = ladder.Asset.Id;
        if (muxed.Length > 0 && muxed.Length < ladder.Streamable.Length)
        {
            findings.Add(RowRules.AudioInSomeTiers, asset, "Some tiers carry audio and others do not: the playlist leaves one kind out.");
        }
        else if (muxed.Length > 0 && ladder.Audio.Length > 0)
        {
            findings.Add(RowRules.AudioMuxedAndSeparate, asset, "The tiers carry audio, so the playlist leaves the separate audio variants out.");
        }

        if (muxed.Select(variant => (variant.AudioCodec, variant.AudioChannels, LanguageNames.Spell(variant.AudioLanguage))).Distinct().Skip(1).Any())
        {
            findings.Add(RowRules.MuxedAudioDiffers, asset, "The tiers carry audio of different codecs, channels or languages: it changes with the tier.");
        }
    }

    private static void ExamineTracks(string asset, StreamVariant[] audio, Findings findings)
    {
        foreach (var group in audio.GroupBy(variant => (variant.AudioCodec, variant.AudioChannels)))
        {
            var tracks = AudioTrackKey.Identify(group);
            foreach (var (_, variant) in tracks.Where(track => track.Key.Number > 0))
            {
                findings.Add(
                    RowRules.AudioNameDuplicate, variant.Id,
                    "Another audio variant has the same codec, channels, language and label: viewers cannot tell them apart.");
            }

            if (tracks.Length > 1 && !Array.Exists(tracks, track => track.Variant.IsDefault))
            {
                findings.Add(
                    RowRules.AudioDefaultMissing, asset,
                    $"None of {tracks.Length} audio variants of {group.Key.AudioCodec} with {group.Key.AudioChannels} channels is the default.");
            }
        }
    }

    // en-GB is in en, and en plays for a title in en-GB.
    private static bool IsIn(StreamVariant variant, string language) =>
        LanguageNames.Matches(variant.AudioLanguage, language) || LanguageNames.Matches(language, variant.AudioLanguage);
}
