using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Assets;

[Collection(CatalogTestGroup.Name)]
public sealed class UpdateAssetTests(CatalogFixture catalog)
{
    private static readonly string[] AllFields = ["language", "mime_type", "properties", "is_primary", "sort_order"];

    [Fact]
    public async Task UpdateAsset_OfAllFields_TakesThem()
    {
        var before = await PosterAsync(await catalog.One.TitleAsync(TitleKind.Movie));
        var values = before.Clone();
        values.Properties = new() { Width = 1_920, Height = 1_080, DurationMs = 1, FrameRate = 25, Codecs = "jpeg" };
        (values.Language, values.MimeType, values.IsPrimary, values.SortOrder) = ("fr", "image/webp", true, -7);

        var after = await UpdateAsync(values, AllFields);

        (values.UpdateTime, values.Etag) = (after.UpdateTime, after.Etag);
        Assert.Equal(values, after);
        Assert.NotEqual(before.Etag, after.Etag);
        Assert.Equal(after, (await catalog.Two.Admin.Assets.GetAssetAsync(new() { AssetId = after.Id })).Asset);
    }

    [Theory]
    [InlineData("language")]
    [InlineData("mime_type")]
    [InlineData("properties")]
    [InlineData("is_primary")]
    [InlineData("sort_order")]
    public async Task UpdateAsset_OfOneField_LeavesTheOthers(string path)
    {
        var before = await PosterAsync(await catalog.One.TitleAsync(TitleKind.Movie));
        var values = new MediaAsset { Id = before.Id, Etag = before.Etag, Language = "fr", MimeType = "image/webp", IsPrimary = true, SortOrder = 9 };

        var after = await UpdateAsync(values, path);

        var expected = before.Clone();
        var field = MediaAsset.Descriptor.FindFieldByName(path).Accessor;
        field.SetValue(expected, field.GetValue(values) ?? new MediaProperties());
        (expected.UpdateTime, expected.Etag) = (after.UpdateTime, after.Etag);
        Assert.Equal(expected, after);
    }

    [Fact]
    public async Task UpdateAsset_ToASecondPrimary_IsRefused()
    {
        var title = await catalog.One.TitleAsync(TitleKind.Movie);
        var first = await UpdateAsync(With(await PosterAsync(title), isPrimary: true), "is_primary");
        var second = await PosterAsync(title);

        await RpcAssert.FailsAsync(ErrorReason.PrimaryAssetExists, () => UpdateAsync(With(second, isPrimary: true), "is_primary"));
        second = await UpdateAsync(With(second, isPrimary: true, language: "fr"), "is_primary", "language");
        await RpcAssert.FailsAsync(ErrorReason.PrimaryAssetExists, () => UpdateAsync(With(second, isPrimary: true, language: first.Language), "language"));
    }

    [Fact]
    public async Task UpdateAsset_ToThePrimaryAtOnce_LetsExactlyOneWin()
    {
        var title = await catalog.One.TitleAsync(TitleKind.Movie);
        var posters = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => PosterAsync(title)));

        var outcomes = await Race.OutcomesAsync(posters.Length, i => UpdateAsync(catalog.InTurn(i), With(posters[i], isPrimary: true), "is_primary"));

        Assert.Equal([.. Enumerable.Repeat("OK", 1), .. Enumerable.Repeat("PRIMARY_ASSET_EXISTS", 29)], outcomes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task UpdateAsset_OfOneVersionAtOnce_LosesNoUpdate()
    {
        var before = await PosterAsync(await catalog.One.TitleAsync(TitleKind.Movie));

        var outcomes = await Race.OutcomesAsync(30, i =>
            UpdateAsync(catalog.InTurn(i), new() { Id = before.Id, Etag = before.Etag, SortOrder = i }, "sort_order"));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(29, outcomes.Count(outcome => outcome == "ETAG_MISMATCH"));
    }

    public static TheoryData<string, Action<MediaAsset>> BadValues() => new()
    {
        { "language", a => a.Language = "?" },
        { "mime_type", a => a.MimeType = "" },
        { "properties.width", a => a.Properties = new() { Width = 16_385 } },
        { "properties.height", a => a.Properties = new() { Height = -1 } },
        { "properties.duration_ms", a => a.Properties = new() { DurationMs = 86_400_001 } },
        { "properties.frame_rate", a => a.Properties = new() { FrameRate = 300.1 } },
        { "properties.codecs", a => a.Properties = new() { Codecs = new string('x', 201) } },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task UpdateAsset_WithABadValue_NamesItIfTheMaskDoes(string field, Action<MediaAsset> spoil)
    {
        var asset = await PosterAsync(await catalog.One.TitleAsync(TitleKind.Movie));
        spoil(asset);

        await RpcAssert.FailsOnFieldsAsync([$"asset.{field}"], () => UpdateAsync(asset, AllFields));
        Assert.Equal(5, (await UpdateAsync(new(asset) { SortOrder = 5 }, "sort_order")).SortOrder);
    }

    [Fact]
    public async Task UpdateAsset_WithBadRequests_SaysWhat()
    {
        var asset = await PosterAsync(await catalog.One.TitleAsync(TitleKind.Movie));

        await RpcAssert.FailsOnFieldsAsync(["asset.id", "asset.etag", "update_mask"], async () => await catalog.One.Admin.Assets.UpdateAssetAsync(new()));
        foreach (var path in new[] { "id", "scope", "kind", "storage_key", "size_bytes", "sha256", "properties.width", "*" })
        {
            await RpcAssert.FailsOnFieldsAsync(["update_mask"], () => UpdateAsync(asset, path));
        }

        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => UpdateAsync(new() { Id = Samples.NewId().ToString(), Etag = "1" }, "sort_order"));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, () => UpdateAsync(new() { Id = asset.Id, Etag = "99" }, "sort_order"));
    }

    private Task<MediaAsset> UpdateAsync(MediaAsset values, params string[] mask) => UpdateAsync(catalog.One, values, mask);

    private static async Task<MediaAsset> UpdateAsync(Replica replica, MediaAsset values, params string[] mask) =>
        (await replica.Admin.Assets.UpdateAssetAsync(new() { Asset = values, UpdateMask = new() { Paths = { mask } } })).Asset;

    private static MediaAsset With(MediaAsset asset, bool isPrimary, string? language = null) =>
        new(asset) { IsPrimary = isPrimary, Language = language ?? asset.Language };

    private async Task<MediaAsset> PosterAsync(Title title) => (await catalog.One.Service.Assets.RecordAssetAsync(new()
    {
        Scope = new() { TitleId = title.Id },
        Kind = AssetKind.Poster,
        StorageKey = $"artwork/title/{title.Id}/{Samples.NewId():N}.jpg",
        MimeType = "image/jpeg",
        Language = "en",
        Properties = new() { Width = 100, Height = 200, Codecs = "x" },
    })).Asset;
}
