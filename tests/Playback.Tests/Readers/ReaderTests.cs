using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Playback.Tests.Readers;

/// <summary>Every golden playlist, read by hls.js, m3u8-parser and shaka-player: no complaint, and what they see is what the rows say.</summary>
public sealed class ReaderTests(ReaderFixture fixture) : IClassFixture<ReaderFixture>
{
    private static readonly string[] Players = ["hls.js", "m3u8-parser", "shaka-player"];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var name in PlaylistCases.All.Keys)
        {
            foreach (var player in Players)
            {
                cases.Add(name, player);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_GoldenFile_GivesWhatTheRowsSay(string name, string player)
    {
        var source = PlaylistCases.All[name];
        var layout = PlaylistLayout.Of(source);
        var seen = fixture.Seen[name][player];

        Assert.Empty(seen.Errors);
        Assert.Equal(
            ExpectedStreams(source, layout, player).Select(Text),
            player is "shaka-player" ? seen.Streams.Select(Text).Order(StringComparer.Ordinal) : seen.Streams.Select(Text));
        Assert.Equal(Sorted(layout.AudioGroups.SelectMany(Renditions)), Sorted(seen.Audio.Where(audio => audio.Name.Length > 0).Select(Text)));
        var subtitles = TextRendition.Of(source.Texts, source.OriginalLanguage).Where(text => text.IsPlaylist);
        Assert.Equal(Sorted(subtitles.Select(text => $"{text.Name} {text.Asset.Language} {text.IsDefault}")), Sorted(seen.Subtitles.Select(Text)));
    }

    [Theory]
    [InlineData("drm-fairplay", "SAMPLE-AES com.apple.streamingkeydelivery", "com.apple.fps")]
    [InlineData("drm-widevine-cbcs", "SAMPLE-AES urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "com.widevine.alpha")]
    [InlineData("drm-widevine-cenc", "SAMPLE-AES-CTR urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "com.widevine.alpha")]
    [InlineData("drm-playready-cbcs", "SAMPLE-AES com.microsoft.playready", "com.microsoft.playready")]
    [InlineData("drm-playready-cenc", "SAMPLE-AES-CTR com.microsoft.playready", "com.microsoft.playready")]
    [InlineData("sdr", null, null)]
    public void Read_SessionKeys_AreThoseOfTheSystem(string name, string? key, string? keySystem)
    {
        var seen = fixture.Seen[name];

        // Video and audio have a key each; m3u8-parser does not tell of session keys.
        Assert.Equal(key is null ? [] : [key, key], seen["hls.js"].Keys);
        Assert.Equal(keySystem is null ? [] : [keySystem], seen["shaka-player"].Keys);
    }

    /// <summary>The streams in the order of the playlist, worked out from the rows.</summary>
    private static IEnumerable<SeenStream> ExpectedStreams(PlaybackSource source, PlaylistLayout layout, string player)
    {
        var isAudioOnly = layout.Streams.Count == 0;
        var streams = isAudioOnly
            ? layout.AudioGroups.Select(group => (Stream: group.Members[0].Variant, Group: (AudioGroup?)group))
            : layout.Streams.SelectMany(stream => layout.AudioGroups.DefaultIfEmpty<AudioGroup?>(null), (stream, group) => (Stream: stream, Group: group));
        var expected = streams.Select(stream =>
        {
            var audio = stream.Group?.Members.Select(member => member.Variant).ToArray() ?? [];
            return (stream.Stream, Audio: audio, Seen: new SeenStream(
                new Uri(new Uri(source.BaseUri.Length > 0 ? source.BaseUri : "http://media.example/"), stream.Stream.StorageKey).ToString(),
                (isAudioOnly ? 0 : stream.Stream.PeakBandwidthBps) + (audio.Length == 0 ? 0 : audio.Max(variant => variant.PeakBandwidthBps)),
                stream.Stream.Width,
                stream.Stream.Height,
                Codecs(audio.Append(stream.Stream), player),
                stream.Group?.Id ?? ""));
        });
        return player is "shaka-player"
            ? expected.SelectMany(stream => ShakaVariants(stream.Stream, stream.Audio, stream.Seen)).OrderBy(Text, StringComparer.Ordinal)
            : expected.Select(stream => stream.Seen);
    }

    /// <summary>Shaka makes a variant of each video with each audio, and more with the supplemental codec; it tells neither address nor group.</summary>
    private static IEnumerable<SeenStream> ShakaVariants(StreamVariant stream, StreamVariant[] audio, SeenStream seen)
    {
        var plain = seen with { Uri = "", AudioGroup = "" };
        var supplemental = stream.SupplementalCodecs.Split('/')[0];
        foreach (var _ in audio.Length == 0 ? [stream] : audio)
        {
            yield return plain;
            if (supplemental.Length > 0)
            {
                yield return plain with { Codecs = Sorted(plain.Codecs.Where(codec => codec != stream.Codecs).Append(supplemental)) };
            }
        }
    }

    private static string[] Codecs(IEnumerable<StreamVariant> variants, string player)
    {
        var codecs = variants.SelectMany(variant => variant.Codecs.Split(',')).Distinct().ToArray();
        if (codecs.Contains("fLaC"))
        {
            // Without a list Shaka assumes the commonest, until it has seen the segments.
            return player is "shaka-player" ? ["avc1.42E01E", "mp4a.40.2"] : [];
        }

        // hls.js takes the spelling that its browser knows, and here it has none.
        return Sorted(codecs.Select(codec => codec is "opus" && player is not "hls.js" ? "Opus" : codec));
    }

    private static IEnumerable<string> Renditions(AudioGroup group) =>
        group.Members.Select(member => $"{member.Name} {LanguageNames.Tag(member.Variant.AudioLanguage)} {member.IsDefault}");

    private static string Text(SeenStream stream) =>
        $"{stream.Width}x{stream.Height} {stream.Bandwidth} {string.Join(',', stream.Codecs)} {stream.AudioGroup} {stream.Uri}";

    // Shaka calls a language that is not stated undetermined.
    private static string Text(SeenRendition rendition) => $"{rendition.Name} {(rendition.Language is "und" ? "" : rendition.Language)} {rendition.IsDefault}";

    private static string[] Sorted(IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal)];
}
