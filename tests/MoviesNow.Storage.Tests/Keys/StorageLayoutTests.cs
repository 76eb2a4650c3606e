using FsCheck;
using FsCheck.Fluent;

namespace MoviesNow.Storage.Tests.Keys;

public sealed class StorageLayoutTests
{
    private const string Title = "0190a1b2-0000-7000-8000-00000000000a";
    private const string Episode = "0190a1b2-0000-7000-8000-00000000000b";

    private static readonly Guid TitleId = Guid.Parse(Title);
    private static readonly Guid EpisodeId = Guid.Parse(Episode);
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    private static Gen<FileNameSegment> FileNames { get; } =
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(name => FileNameSegment.Sanitize(name.Get));

    private static Gen<RelativePath> Paths { get; } =
        FileNames.NonEmptyListOf().Select(names => RelativePath.TryParse(string.Join('/', names), out var path, out _) ? path : RelativePath.Of(names[0]));

    private static Gen<int> Seasons { get; } = Gen.OneOf(Gen.Choose(0, 150), Gen.Choose(0, int.MaxValue));

    private static Gen<StorageLocation> Locations { get; } =
        from title in Ids
        from other in Ids
        from hasEpisode in ArbMap.Default.GeneratorFor<bool>()
        let episode = hasEpisode ? other : (Guid?)null
        from name in FileNames
        from path in Paths
        from season in Seasons
        from location in Gen.Elements<StorageLocation>(
            new OriginalLocation(title, episode, name),
            new HlsLocation(title, episode, path),
            new DownloadLocation(title, episode, name.Value == StorageLayout.ExtrasSegment ? FileNameSegment.Sanitize("x") : name, path),
            new ExtrasLocation(title, episode, FileNameSegment.Sanitize(name + ".zip")),
            new SeasonBundleLocation(title, season),
            new SeasonBundleManifestLocation(title, season),
            new BundleLocation(title, other),
            new BundleManifestLocation(title, other),
            new ArtworkLocation(title, episode, path),
            new SubtitleLocation(title, episode, path))
        select location;

    private static Gen<Guid> Ids => ArbMap.Default.GeneratorFor<Guid>();

    [Fact]
    public void Builders_OfAllLayouts_PrintTheDocumentedKeys()
    {
        var file = FileNameSegment.Sanitize("a.mkv");
        var path = RelativePath.Parse("1080p/seg_1.ts");
        Assert.Equal($"originals/{Title}/a.mkv", StorageLayout.Original(TitleId, null, file).Value);
        Assert.Equal($"originals/{Title}/{Episode}/a.mkv", StorageLayout.Original(TitleId, EpisodeId, file).Value);
        Assert.Equal($"hls/{Title}/1080p/seg_1.ts", StorageLayout.Hls(TitleId, null, path).Value);
        Assert.Equal($"hls/{Title}/{Episode}/1080p/seg_1.ts", StorageLayout.Hls(TitleId, EpisodeId, path).Value);
        Assert.Equal($"downloads/{Title}/a.mkv/1080p/seg_1.ts", StorageLayout.Download(TitleId, null, file, path).Value);
        Assert.Equal($"downloads/{Title}/extras/b.zip", StorageLayout.Extras(TitleId, null, FileNameSegment.Sanitize("b.zip")).Value);
        Assert.Equal($"downloads/{Title}/extras/S03_extras.zip", StorageLayout.TitleExtras(TitleId, 3).Value);
        Assert.Equal($"downloads/{Title}/extras/extras.zip", StorageLayout.TitleExtras(TitleId, null).Value);
        Assert.Equal($"bundles/{Title}/S00.zip", StorageLayout.SeasonBundle(TitleId, 0).Value);
        Assert.Equal($"bundles/{Title}/S01.zip", StorageLayout.SeasonBundle(TitleId, 1).Value);
        Assert.Equal($"bundles/{Title}/S100.zip", StorageLayout.SeasonBundle(TitleId, 100).Value);
        Assert.Equal($"bundles/{Title}/S01_manifest.json", StorageLayout.SeasonBundleManifest(TitleId, 1).Value);
        Assert.Equal($"bundles/{Title}/bundle_{Episode}.zip", StorageLayout.Bundle(TitleId, EpisodeId).Value);
        Assert.Equal($"bundles/{Title}/bundle_{Episode}_manifest.json", StorageLayout.BundleManifest(TitleId, EpisodeId).Value);
        Assert.Equal($"artwork/title/{Title}/1080p/seg_1.ts", StorageLayout.Artwork(TitleId, null, path).Value);
        Assert.Equal($"subs/title/{Title}/{Episode}/1080p/seg_1.ts", StorageLayout.Subtitle(TitleId, EpisodeId, path).Value);
    }

    [Fact]
    public void TryParse_KeyOfAnyBuilder_GivesItsPartsBack() =>
        Prop.ForAll(Locations.ToArbitrary(), location => StorageLocation.TryParse(location.Key, out var read) && read == location).Check(Thorough);

    [Fact]
    public void TryParse_TitleExtras_IsTheFileBelowExtras() =>
        Prop.ForAll(Ids.ToArbitrary(), Gen.OneOf(Gen.Constant<int?>(null), Seasons.Select(season => (int?)season)).ToArbitrary(), (title, season) =>
        {
            var key = StorageLayout.TitleExtras(title, season);
            return StorageLocation.TryParse(key, out var read) && read is ExtrasLocation { EpisodeId: null } extras
                && extras.TitleId == title && key.Value.EndsWith($"/extras/{extras.FileName}", StringComparison.Ordinal);
        }).Check(Thorough);

    [Fact]
    public void Locations_Sampled_AreOfEveryKind() =>
        Assert.Equal(10, Locations.Sample(1_000).Select(location => location.GetType()).Distinct().Count());

    [Theory]
    [InlineData($"bundles/{Title}/S1.zip")]
    [InlineData($"bundles/{Title}/S001.zip")]
    [InlineData($"bundles/{Title}/s01.zip")]
    [InlineData($"bundles/{Title}/S-1.zip")]
    [InlineData($"bundles/{Title}/S.zip")]
    [InlineData($"bundles/{Title}/S99999999999.zip")]
    [InlineData($"bundles/{Title}/S01.ZIP")]
    [InlineData($"bundles/{Title}/S01_manifest.zip")]
    [InlineData($"bundles/{Title}/x/S01.zip")]
    [InlineData($"bundles/{Title}/bundle_1.zip")]
    [InlineData($"bundles/{Title}")]
    [InlineData("bundles/0190A1B2-0000-7000-8000-00000000000A/S01.zip")]
    [InlineData("bundles/0190a1b2000070008000-00000000000a/S01.zip")]
    [InlineData($"Bundles/{Title}/S01.zip")]
    [InlineData($"downloads/{Title}/extras/x.mp4")]
    [InlineData($"downloads/{Title}/extras/a/x.zip")]
    [InlineData($"downloads/{Title}/extras")]
    [InlineData($"downloads/{Title}/720p")]
    [InlineData($"downloads/{Title}/{Episode}/720p")]
    [InlineData($"hls/{Title}/{Episode}/{Episode}/x.ts")]
    [InlineData($"originals/{Title}/a/b.mkv")]
    [InlineData($"artwork/{Title}/x.jpg")]
    [InlineData($"artwork/season/{Title}/x.jpg")]
    [InlineData("elsewhere/x")]
    [InlineData("x")]
    public void TryParse_KeyOfNoLayout_IsRefused(string text) =>
        Assert.False(StorageLocation.TryParse(StorageKey.Parse(text), out _));

    [Fact]
    public void Builders_WithPartsThatWouldReadBackAsOthers_Throw()
    {
        var path = RelativePath.Of(FileNameSegment.Sanitize("x"));
        Assert.True(FileNameSegment.TryParse("extras", out var extras));
        Assert.Throws<ArgumentException>(() => StorageLayout.Download(TitleId, null, extras, path));
        Assert.Throws<ArgumentException>(() => StorageLayout.Extras(TitleId, null, FileNameSegment.Sanitize("x.mp4")));
        Assert.Throws<ArgumentOutOfRangeException>(() => StorageLayout.SeasonBundle(TitleId, -1));
        Assert.False(RelativePath.TryParse($"{Episode}/x", out _, out _));
        Assert.False(FileNameSegment.TryParse(Episode, out _));
    }

    [Fact]
    public void Builders_WithTheLongestParts_StayWithinTheLimit()
    {
        var path = RelativePath.Parse(new string('a', RelativePath.MaxLength));
        var variant = FileNameSegment.Sanitize(new string('v', 500));
        Assert.True(StorageLayout.Download(TitleId, EpisodeId, variant, path).Value.Length <= StorageKey.MaxLength);
        Assert.False(RelativePath.TryParse(path.Value + "a", out _, out _));
    }
}
