using System.Runtime.CompilerServices;
using MoviesNow.Catalog.Playback.Hls;

namespace MoviesNow.Catalog.Tests.Playback;

/// <summary>
/// Whole playlists, to the byte. Set GOLDEN=write to write the files anew, and read the difference before you commit it. Playback.Tests
/// gives the same files to players.
/// </summary>
public sealed class GoldenPlaylistTests
{
    public static TheoryData<string> Names() => new(PlaylistCases.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_RowsOfACase_GiveItsGoldenFile(string name)
    {
        var path = Path.Combine(Folder(), $"{name}.m3u8");
        var playlist = MultivariantPlaylist.Write(PlaylistCases.All[name]);
        if (Environment.GetEnvironmentVariable("GOLDEN") is "write")
        {
            File.WriteAllText(path, playlist);
        }

        Assert.Equal(File.ReadAllText(path), playlist);
    }

    [Fact]
    public void Folder_HasNoFileWithoutACase() =>
        Assert.Equal(PlaylistCases.All.Keys, Directory.GetFiles(Folder()).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_RowsInAnotherOrder_GivesTheSameBytes(string name)
    {
        var source = PlaylistCases.All[name];
        var expected = MultivariantPlaylist.Write(source);
        var random = new Random(8);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(expected, MultivariantPlaylist.Write(source with
            {
                Streamable = Shuffled(source.Streamable, random),
                AudioOnly = Shuffled(source.AudioOnly, random),
                Texts = Shuffled(source.Texts, random),
            }));
        }
    }

    private static T[] Shuffled<T>(IEnumerable<T> rows, Random random)
    {
        T[] shuffled = [.. rows];
        random.Shuffle(shuffled);
        return shuffled;
    }

    private static string Folder([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "Golden");
}
