using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.V1;
using static MoviesNow.Catalog.Tests.Playback.PlaylistRows;

namespace MoviesNow.Catalog.Tests.Playback;

/// <summary>EXT-X-MEDIA of audio: groups, names, defaults and languages.</summary>
public sealed class AudioGroupTests
{
    [Fact]
    public void Write_SeveralCodecsAndChannels_GroupsThemAndListsEachVideoOncePerGroup()
    {
        var playlist = Read(Ladder(), Audio("en"), Audio("en", channels: 6), Audio("en", AudioCodec.Eac3, 6), Audio("en", AudioCodec.Opus));

        Assert.Equal(["\"aac-2\"", "\"aac-6\"", "\"ec3-6\"", "\"opus-2\""], playlist.Media.Select(media => media["GROUP-ID"]));
        Assert.Equal(["\"2\"", "\"6\"", "\"6\"", "\"2\""], playlist.Media.Select(media => media["CHANNELS"]));
        Assert.Equal(12, playlist.Streams.Count);
        Assert.All(playlist.Streams.GroupBy(stream => stream.Uri), same => Assert.Equal(4, same.Select(stream => stream.Attributes["AUDIO"]).Distinct().Count()));
    }

    [Fact]
    public void Write_SameLabelTwice_GivesUniqueNames()
    {
        var playlist = Read(Ladder(), Audio("en", label: "Main"), Audio("de", label: "Main"), Audio("en", label: "main", suffix: "-2"), Audio("en", label: "Main", suffix: "-3"));

        Assert.Equal(
            ["Main (de)", "Main (en)", "Main (en) 2", "main (en) 3"],
            playlist.Media.Select(media => media["NAME"].Trim('"')).Order(StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("en", "English", "\"en\"")]
    [InlineData("EN-gb", "English", "\"en-GB\"")]
    [InlineData("zh-hant-tw", "中文（繁體）", "\"zh-Hant-TW\"")]
    [InlineData("sr-Latn", "Srpski", "\"sr-Latn\"")]
    [InlineData("tlh", "tlh", "\"tlh\"")]
    [InlineData("", "Audio", null)]
    [InlineData("und", "und", null)]
    [InlineData("English", "english", null)]
    [InlineData("x-klingon", "x-klingon", null)]
    public void Write_Language_IsATagOrAbsentAndNamesTheRendition(string language, string name, string? expected)
    {
        var media = Assert.Single(Read(Ladder(), Audio(language)).Media);

        Assert.Equal($"\"{name}\"", media["NAME"]);
        Assert.Equal(expected, media.GetValueOrDefault("LANGUAGE"));
    }

    [Theory]
    [InlineData("en", "", "en")]
    [InlineData("de", "", "de")]
    [InlineData("pt", "", "de")]
    [InlineData("", "", "de")]
    [InlineData("en", "fr", "fr")]
    [InlineData("en", "fr,de", "de")]
    [InlineData("fr", "fr,de", "fr")]
    public void Write_Default_IsAMarkedOneThenTheOriginalLanguage(string original, string marked, string expected)
    {
        var audio = new[] { "fr", "en", "de" }.Select(language => Audio(language, isDefault: marked.Split(',').Contains(language)));
        var source = new PlaybackSource(Ladder(), [.. audio], [], original, Folder);

        var media = PlaylistReader.Read(MultivariantPlaylist.Write(source)).Media;

        Assert.Equal($"\"{expected}\"", Assert.Single(media, one => one["DEFAULT"] is "YES")["LANGUAGE"]);
        Assert.All(media, one => Assert.Equal("YES", one["AUTOSELECT"]));
    }

    [Fact]
    public void Write_SeveralOfALanguage_AutoselectsOneOfThem()
    {
        var media = Read(Ladder(), Audio("en"), Audio("en", label: "Commentary", suffix: "-2", isDefault: true), Audio("de"), Audio("", suffix: "-x")).Media;

        var selectable = media.Where(one => one["AUTOSELECT"] is "YES").ToArray();
        Assert.Equal(["\"Commentary\"", "\"Deutsch\""], selectable.Select(one => one["NAME"]));
        Assert.Equal("YES", selectable[0]["DEFAULT"]);
    }

    [Fact]
    public void Write_SameAudioInSeveralGroups_HasTheSameAttributesInEach()
    {
        var media = Read(
            Ladder(),
            Audio("en"), Audio("de"), Audio("de", label: "Deutsch", suffix: "-2"),
            Audio("en", AudioCodec.Eac3, 6), Audio("de", AudioCodec.Eac3, 6), Audio("de", AudioCodec.Eac3, 6, label: "Deutsch", suffix: "-2")).Media;

        Assert.Equal(Attributes("\"aac-2\""), Attributes("\"ec3-6\""));

        string[] Attributes(string group) => [.. media.Where(one => one["GROUP-ID"] == group)
            .Select(one => $"{one["LANGUAGE"]} {one["NAME"]} {one["DEFAULT"]} {one["AUTOSELECT"]}")];
    }

    [Fact]
    public void Write_AudioInTheSegments_HasNoGroupEvenWhenThereAreAlternates()
    {
        var playlist = Read(MuxedLadder(), Audio("en"), Audio("de"));

        Assert.Empty(playlist.Media);
        Assert.All(playlist.Streams, stream => Assert.False(stream.Attributes.ContainsKey("AUDIO")));
        Assert.Equal(["5400000", "2800000", "1200000"], playlist.Streams.Select(stream => stream.Attributes["BANDWIDTH"]));
    }

    [Fact]
    public void Write_OneTierWithAudioInTheSegments_IsLeftOutRatherThanHeardTwice()
    {
        var playlist = Read([.. Ladder()[..2], MuxedLadder()[2]], Audio("en"));

        Assert.Equal(["1080p/index.m3u8", "720p/index.m3u8"], playlist.Streams.Select(stream => stream.Uri));
        Assert.All(playlist.Streams, stream => Assert.Equal("\"aac-2\"", stream.Attributes["AUDIO"]));
    }

    [Fact]
    public void Write_OneTierWithoutAudio_IsLeftOutRatherThanSilent()
    {
        var playlist = Read([.. MuxedLadder()[..2], Ladder()[2]], Audio("en"));

        Assert.Equal(["1080p/index.m3u8", "720p/index.m3u8"], playlist.Streams.Select(stream => stream.Uri));
        Assert.Empty(playlist.Media);
    }

    private static PlaylistReader Read(StreamVariant[] videos, params StreamVariant[] audio) =>
        PlaylistReader.Read(MultivariantPlaylist.Write(new PlaybackSource(videos, audio, [], "", Folder)));
}
