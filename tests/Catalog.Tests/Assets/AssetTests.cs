using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Assets;

[Collection(CatalogTestGroup.Name)]
public sealed class AssetTests(CatalogFixture catalog)
{
    private static readonly string Missing = Samples.NewId().ToString();

    private AssetService.AssetServiceClient Service => catalog.One.Service.Assets;

    [Fact]
    public async Task RecordAsset_WithAllFields_ReadsBackTheSame()
    {
        var (scope, prefix) = await EpisodeScopeAsync();
        var request = Original(scope, $"{prefix}/master.mov");
        request.Properties = new() { Width = 3840, Height = 2160, DurationMs = 3_600_000, FrameRate = 23.976, Codecs = "ap4h" };
        (request.Language, request.SizeBytes, request.Sha256, request.IsPrimary, request.SortOrder) = ("en-US", 90_000_000_000, Samples.Sha256, true, -3);

        var asset = (await Service.RecordAssetAsync(request)).Asset;

        Assert.Equal((scope, request.Properties, request.StorageKey), (asset.Scope, asset.Properties, asset.StorageKey));
        Assert.Equal((AssetKind.Original, "en-US", 90_000_000_000, -3), (asset.Kind, asset.Language, asset.SizeBytes, asset.SortOrder));
        Assert.True(asset.IsPrimary);
        Assert.Equal(asset, (await catalog.Two.Admin.Assets.GetAssetAsync(new() { AssetId = asset.Id })).Asset);
    }

    [Fact]
    public async Task RecordAsset_OfOneKeyOnTwoReplicasAtOnce_LetsExactlyOneWin()
    {
        var title = await catalog.One.TitleAsync(TitleKind.Movie);
        Replica[] replicas = [catalog.One, catalog.Two];
        var request = Original(new() { TitleId = title.Id }, $"originals/{title.Id}/master.mov");

        var outcomes = await Race.OutcomesAsync(10, i => replicas[i % 2].Service.Assets.RecordAssetAsync(request).ResponseAsync);

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(9, outcomes.Count(outcome => outcome == "ASSET_EXISTS"));
    }

    [Fact]
    public async Task RecordAsset_OfASecondPrimary_IsRefusedPerScopeKindAndLanguage()
    {
        var title = await catalog.One.TitleAsync(TitleKind.Movie);
        await RecordAsync(AssetKind.Poster, "", primary: true);
        await RecordAsync(AssetKind.Poster, "en", primary: true);
        await RecordAsync(AssetKind.Banner, "", primary: true);
        await RecordAsync(AssetKind.Poster, "", primary: false);

        await RpcAssert.FailsAsync(ErrorReason.PrimaryAssetExists, () => RecordAsync(AssetKind.Poster, "", primary: true));
        await RpcAssert.FailsAsync(ErrorReason.PrimaryAssetExists, () => RecordAsync(AssetKind.Poster, "EN", primary: true));

        async Task RecordAsync(AssetKind kind, string language, bool primary)
        {
            var request = Original(new() { TitleId = title.Id }, $"artwork/title/{title.Id}/{Samples.NewId():N}.jpg");
            (request.Kind, request.Language, request.IsPrimary, request.MimeType) = (kind, language, primary, "image/jpeg");
            await Service.RecordAssetAsync(request);
        }
    }

    [Fact]
    public async Task RecordAsset_OfAScopeThatIsNotThere_SaysWhichLevel()
    {
        var (scope, prefix) = await EpisodeScopeAsync();
        var (other, _) = await EpisodeScopeAsync();

        await FailsAsync(ErrorReason.TitleNotFound, new() { TitleId = Missing }, $"originals/{Missing}/x.mov");
        await FailsAsync(ErrorReason.SeasonNotFound, new() { TitleId = scope.TitleId, SeasonId = other.SeasonId }, $"originals/{scope.TitleId}/x.mov");
        await FailsAsync(
            ErrorReason.EpisodeNotFound,
            new() { TitleId = scope.TitleId, SeasonId = scope.SeasonId, EpisodeId = other.EpisodeId },
            $"originals/{scope.TitleId}/{other.EpisodeId}/x.mov");
        await FailsAsync(
            ErrorReason.SeasonNotFound, new() { TitleId = scope.TitleId, SeasonId = Missing, EpisodeId = scope.EpisodeId }, $"{prefix}/x.mov");

        Task FailsAsync(ErrorReason reason, AssetScope wrong, string key) =>
            RpcAssert.FailsAsync(reason, async () => await Service.RecordAssetAsync(Original(wrong, key)));
    }

    [Fact]
    public async Task ListAssets_InPages_HasExactlyItsScopeInOrder()
    {
        var (scope, prefix) = await EpisodeScopeAsync();
        await Service.RecordAssetAsync(Original(new() { TitleId = scope.TitleId }, $"originals/{scope.TitleId}/title.mov"));
        var recorded = new List<MediaAsset>();
        foreach (var (kind, order) in new[] { (AssetKind.Video, 1), (AssetKind.Original, 2), (AssetKind.Original, 1), (AssetKind.Trailer, 0), (AssetKind.Original, 1) })
        {
            var request = Original(scope, $"{prefix}/{recorded.Count}.mov");
            (request.Kind, request.SortOrder) = (kind, order);
            recorded.Add((await Service.RecordAssetAsync(request)).Asset);
        }

        var list = new ListAssetsRequest { Scope = scope, PageSize = 2 };
        var found = new List<string>();
        do
        {
            var page = await Service.ListAssetsAsync(list);
            found.AddRange(page.Assets.Select(asset => asset.Id));
            list.PageToken = page.NextPageToken;
        }
        while (list.PageToken.Length > 0);

        int[] expected = [2, 4, 1, 3, 0];
        Assert.Equal(expected.Select(i => recorded[i].Id), found, StringComparer.Ordinal);
        Assert.Equal(recorded[0], Assert.Single((await Service.ListAssetsAsync(new() { Scope = scope, Kind = AssetKind.Video })).Assets));
        Assert.Empty((await Service.ListAssetsAsync(new() { Scope = new() { TitleId = scope.TitleId, SeasonId = scope.SeasonId } })).Assets);
    }

    public static TheoryData<string, Action<RecordAssetRequest>, string[]> BadAssets() => new()
    {
        { "scope missing", r => r.Scope = null, ["scope"] },
        { "title missing", r => r.Scope.TitleId = "", ["scope.title_id"] },
        { "season malformed", r => r.Scope.SeasonId = "x", ["scope.season_id"] },
        { "episode without season", r => (r.Scope.EpisodeId, r.StorageKey) = (Missing, $"originals/{Missing}/{Missing}/x.mov"), ["scope.season_id"] },
        { "kind missing", r => r.Kind = AssetKind.Unspecified, ["kind"] },
        { "kind unknown", r => r.Kind = (AssetKind)99, ["kind"] },
        { "key missing", r => r.StorageKey = "", ["storage_key"] },
        { "key escaping", r => r.StorageKey = "originals/../x.mov", ["storage_key"] },
        { "key outside every layout", r => r.StorageKey = "elsewhere/x.mov", ["storage_key"] },
        { "key of another title", r => r.StorageKey = $"originals/{Samples.NewId()}/x.mov", ["storage_key"] },
        { "key of an episode", r => r.StorageKey = $"originals/{Missing}/{Missing}/x.mov", ["storage_key"] },
        { "language malformed", r => r.Language = "?", ["language"] },
        { "type missing", r => r.MimeType = "", ["mime_type"] },
        { "type with parameters", r => r.MimeType = "text/vtt; charset=utf-8", ["mime_type"] },
        { "size negative", r => r.SizeBytes = -1, ["size_bytes"] },
        { "sha256 malformed", r => r.Sha256 = "abc", ["sha256"] },
        { "width", r => r.Properties = new() { Width = 16_385 }, ["properties.width"] },
        { "height", r => r.Properties = new() { Height = -1 }, ["properties.height"] },
        { "duration", r => r.Properties = new() { DurationMs = 86_400_001 }, ["properties.duration_ms"] },
        { "frame rate", r => r.Properties = new() { FrameRate = double.NaN }, ["properties.frame_rate"] },
        { "codecs", r => r.Properties = new() { Codecs = new string('x', 201) }, ["properties.codecs"] },
    };

    [Theory]
    [MemberData(nameof(BadAssets))]
    public async Task RecordAsset_WithBadFields_NamesEachOfThem(string what, Action<RecordAssetRequest> spoil, string[] fields)
    {
        Assert.NotEmpty(what);
        var request = Original(new() { TitleId = Missing }, $"originals/{Missing}/x.mov");
        spoil(request);
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Service.RecordAssetAsync(request));
    }

    [Fact]
    public async Task GetAndListAssets_WithBadFieldsOrUnknownIds_SayWhat()
    {
        await RpcAssert.FailsOnFieldsAsync(["asset_id"], async () => await Service.GetAssetAsync(new()));
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, async () => await Service.GetAssetAsync(new() { AssetId = Missing }));
        await RpcAssert.FailsOnFieldsAsync(["scope", "kind", "page_size"], async () => await Service.ListAssetsAsync(new() { Kind = (AssetKind)99, PageSize = -1 }));
        var list = new ListAssetsRequest { Scope = new() { TitleId = Missing }, PageToken = "x" };
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await Service.ListAssetsAsync(list));
    }

    private static RecordAssetRequest Original(AssetScope scope, string key) =>
        new() { Scope = scope, Kind = AssetKind.Original, StorageKey = key, MimeType = "video/quicktime" };

    private async Task<(AssetScope Scope, string Prefix)> EpisodeScopeAsync()
    {
        var title = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(title.Id);
        var episode = await catalog.One.EpisodeAsync(season.Id);
        return (new() { TitleId = title.Id, SeasonId = season.Id, EpisodeId = episode.Id }, $"originals/{title.Id}/{episode.Id}");
    }
}
