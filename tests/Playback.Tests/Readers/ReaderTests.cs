using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.Tests.Playback;

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
        var streams = ExpectedStreams(source, layout).ToArray();
        Assert.Equal(Sorted(streams.Select(stream => $"{stream.Width}x{stream.Height}")), Sorted(seen.Streams.Select(stream => $"{stream.Width}x{stream.Height}")));
        Assert.Equal(Sorted(layout.AudioGroups.SelectMany(Renditions)), Sorted(seen.Audio.Where(audio => audio.Name.Length > 0).Select(audio => Text(audio, player))));
        Assert.Equal(
            Sorted(TextRendition.Of(source.Texts, source.OriginalLanguage).Where(text => text.IsPlaylist).Select(text => $"{text.Name} {text.Asset.Language} {text.IsDefault}")),
            Sorted(seen.Subtitles.Select(text => $"{text.Name} {text.Language} {text.IsDefault}")));
        if (player is not "shaka-player")
        {
            // Shaka has no addresses here, and a variant for each pair of video and audio.
            Assert.Equal(streams.Select(stream => stream.Uri), seen.Streams.Select(stream => stream.Uri));
            Assert.Equal(streams.Select(stream => stream.Bandwidth), seen.Streams.Select(stream => stream.Bandwidth));
            Assert.Equal(streams.Select(stream => string.Join(',', stream.Codecs)), seen.Streams.Select(stream => string.Join(',', stream.Codecs)));
            Assert.Equal(streams.Select(stream => stream.AudioGroup), seen.Streams.Select(stream => stream.AudioGroup));
        }
    }

    /// <summary>The streams in the order of the playlist, worked out from the rows.</summary>
    private static IEnumerable<SeenStream> ExpectedStreams(PlaybackSource source, PlaylistLayout layout)
    {
        var isAudioOnly = layout.Streams.Count == 0;
        var streams = isAudioOnly ? layout.AudioGroups.Select(group => group.Members[0].Variant) : layout.Streams;
        foreach (var stream in streams)
        {
            var groups = layout.AudioGroups.Where(group => !isAudioOnly || ReferenceEquals(group.Members[0].Variant, stream)).ToArray();
            foreach (var group in groups.Length == 0 ? new AudioGroup?[] { null } : groups)
            {
                var audio = group?.Members.Select(member => member.Variant).ToArray() ?? [];
                var told = audio.Append(stream).All(variant => variant.Codecs != "fLaC");
                yield return new SeenStream(
                    new Uri(new Uri(source.BaseUri.Length > 0 ? source.BaseUri : "http://media.example/"), stream.StorageKey).ToString(),
                    (isAudioOnly ? 0 : stream.PeakBandwidthBps) + (audio.Length == 0 ? 0 : audio.Max(variant => variant.PeakBandwidthBps)),
                    stream.Width,
                    stream.Height,
                    told ? Sorted(audio.Append(stream).SelectMany(variant => variant.Codecs.Split(',')).Select(codec => codec is "opus" ? "Opus" : codec).Distinct()) : [],
                    group?.Id ?? "");
            }
        }
    }

    private static IEnumerable<string> Renditions(AudioGroup group) =>
        group.Members.Select(member => $"{member.Name} {LanguageNames.Tag(member.Variant.AudioLanguage)} {member.IsDefault}");

    private static string Text(SeenRendition audio, string player) =>
        $"{audio.Name} {(player is "shaka-player" && audio.Language is "und" ? "" : audio.Language)} {audio.IsDefault}";

    private static string[] Sorted(IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal)];
}
