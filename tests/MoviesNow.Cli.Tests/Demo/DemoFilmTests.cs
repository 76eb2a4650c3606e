using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Demo;

namespace MoviesNow.Cli.Tests.Demo;

/// <summary>The demo's film, made and stored: the same files, playlists and tiers.</summary>
public sealed class DemoFilmTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-film-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("ffmpeg", true)]
    [InlineData("no-such-program", false)]
    [InlineData("false", false)]
    public async Task Make_WithAndWithoutFfmpeg_GivesThreeTiersAndSound(string ffmpeg, bool isEncoded)
    {
        var film = await DemoFilm.MakeAsync(_directory.FullName, ffmpeg, CancellationToken.None);
        var variants = film.Variants();

        Assert.Equal(isEncoded, film.IsEncoded);
        Assert.Equal(
            [QualityTier.P1080, QualityTier.P720, QualityTier.P480], variants.Where(variant => variant.IsStreamable).Select(variant => variant.Tier));
        Assert.Equal("mp4a.40.2", Assert.Single(variants, variant => variant.IsAudioOnly).Codecs);
        Assert.All(variants, variant =>
        {
            Assert.InRange(variant.AverageBandwidthBps, 10_000, variant.PeakBandwidthBps);
            var lines = File.ReadAllLines(Path.Combine(film.Folder, variant.StorageKey));
            // Audio is cut between frames of its own, so a rest of it may be left.
            var segments = lines.Count(line => line.EndsWith(".m4s", StringComparison.Ordinal));
            Assert.InRange(segments - (DemoFilm.Seconds / DemoFilm.SegmentSeconds), 0, variant.IsAudioOnly ? 1 : 0);
        });
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(film.Poster))[..4]);
    }
}
