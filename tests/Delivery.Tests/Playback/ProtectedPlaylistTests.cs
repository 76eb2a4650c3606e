using MoviesNow.Delivery.Playback;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>What of the catalogue's playlist a player gets to see.</summary>
public sealed class ProtectedPlaylistTests
{
    private const string Base = "https://cdn.example.com/";

    private static readonly Guid Title = Guid.Parse("0198c0de-0000-7000-8000-000000000001");
    private static readonly Guid Episode = Guid.Parse("0198c0de-0000-7000-8000-000000000002");
    private static readonly Guid Package = Guid.Parse("0198c0de-0000-7000-8000-000000000003");
    private static readonly string Folder = $"hls/{Title}/";
    private static readonly string PackageFolder = $"hls/{Title}/package_{Package}/";

    [Fact]
    public void With_AllInOnePackage_GrantsThePackage()
    {
        var text = Playlist(
            Media("AUDIO", "aac-2", $"{PackageFolder}en/index.m3u8"), Media("SUBTITLES", "subs", $"{PackageFolder}subs/en.m3u8"),
            Stream(",AUDIO=\"aac-2\",SUBTITLES=\"subs\"", $"{PackageFolder}480p/index.m3u8"));

        var playlist = ProtectedPlaylist.Of(text, Base, Title, episodeId: null)!;

        Assert.Equal((PackageFolder, (Guid?)Package), (playlist.Prefix, playlist.PackageId));
        Assert.Equal(text.Replace(Base, "https://cdn.example.com/grant/", StringComparison.Ordinal), playlist.With("https://cdn.example.com/grant/", ""));
    }

    [Fact]
    public void With_AQuery_EndsEveryUriOfOurs()
    {
        var text = Playlist(
            "#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"skd://6b1f4a3c\"", Media("AUDIO", "aac-2", $"{PackageFolder}en/index.m3u8"),
            Stream(",AUDIO=\"aac-2\"", $"{PackageFolder}480p/index.m3u8"));

        var answer = ProtectedPlaylist.Of(text, Base, Title, episodeId: null)!.With(Base, "Policy=p&Signature=s");

        Assert.Contains("URI=\"skd://6b1f4a3c\"", answer, StringComparison.Ordinal);
        Assert.Contains($"URI=\"{Base}{PackageFolder}en/index.m3u8?Policy=p&Signature=s\"", answer, StringComparison.Ordinal);
        Assert.Contains($"\n{Base}{PackageFolder}480p/index.m3u8?Policy=p&Signature=s\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NotInOnePackage_GrantsTheFolder()
    {
        var other = Guid.CreateVersion7();
        foreach (var second in (string[])[$"{Folder}v1/720p/index.m3u8", $"{Folder}package_{other}/720p/index.m3u8"])
        {
            var playlist = ProtectedPlaylist.Of(
                Playlist(Stream("", $"{PackageFolder}480p/index.m3u8"), Stream("", second)), Base, Title, episodeId: null)!;

            Assert.Equal((Folder, (Guid?)null), (playlist.Prefix, playlist.PackageId));
        }
    }

    [Fact]
    public void Of_AnEpisode_GrantsItsFolderOnly()
    {
        var folder = $"hls/{Title}/{Episode}/";

        Assert.Equal(folder, ProtectedPlaylist.Of(Playlist(Stream("", $"{folder}480p.m3u8")), Base, Title, Episode)!.Prefix);
        Assert.Equal(
            $"{folder}package_{Package}/", ProtectedPlaylist.Of(Playlist(Stream("", $"{folder}package_{Package}/480p.m3u8")), Base, Title, Episode)!.Prefix);
        Assert.Null(ProtectedPlaylist.Of(Playlist(Stream("", $"{Folder}480p.m3u8")), Base, Title, Episode));
    }

    [Fact]
    public void With_RenditionsOutsideTheGrant_AreLeftOutWithTheirGroups()
    {
        var text = Playlist(
            Media("SUBTITLES", "subs", $"subs/title/{Title}/en.m3u8"), Media("AUDIO", "aac-2", $"{PackageFolder}en/index.m3u8", "of, URI="),
            Media("AUDIO", "aac-2", $"hls/{Episode}/en/index.m3u8"),
            Stream(",AUDIO=\"aac-2\",SUBTITLES=\"subs\",CLOSED-CAPTIONS=NONE", $"{PackageFolder}480p/index.m3u8"));

        var answer = ProtectedPlaylist.Of(text, Base, Title, episodeId: null)!.With(Base, "");

        Assert.Equal(
            Playlist(
                Media("AUDIO", "aac-2", $"{PackageFolder}en/index.m3u8", "of, URI="),
                Stream(",AUDIO=\"aac-2\",CLOSED-CAPTIONS=NONE", $"{PackageFolder}480p/index.m3u8")),
            answer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#EXTM3U\n")]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://elsewhere.example.com/hls/a.m3u8\n")]
    public void Of_NothingToGrant_IsNull(string playlist) => Assert.Null(ProtectedPlaylist.Of(playlist, Base, Title, episodeId: null));

    private static string Playlist(params string[] entries) => $"#EXTM3U\n#EXT-X-VERSION:4\n{string.Join('\n', entries)}\n";

    private static string Stream(string groups, string key) => $"#EXT-X-STREAM-INF:BANDWIDTH=1200000,CODECS=\"avc1.4d401f,mp4a.40.2\"{groups}\n{Base}{key}";

    private static string Media(string kind, string group, string key, string name = "English") =>
        $"#EXT-X-MEDIA:TYPE={kind},GROUP-ID=\"{group}\",NAME=\"{name}\",DEFAULT=YES,AUTOSELECT=YES,URI=\"{Base}{key}\"";
}
