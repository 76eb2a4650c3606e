using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Streams;

[Collection(CatalogTestGroup.Name)]
public sealed class StreamVariantTests(CatalogFixture catalog)
{
    private static readonly string Missing = Samples.NewId().ToString();

    private StreamVariantService.StreamVariantServiceClient Service => catalog.One.Service.Variants;

    [Fact]
    public async Task CreateStreamVariant_WithAllFields_ReadsBackTheSame()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var variant = SampleVariants.Step(asset, QualityTier.P2160);
        (variant.VideoCodec, variant.AudioCodec, variant.Codecs) = (VideoCodec.H265, AudioCodec.Eac3, "hvc1.2.4.L153.B0,ec-3");
        (variant.DynamicRange, variant.BitDepth, variant.SupplementalCodecs) = (DynamicRange.DolbyVision, 10, "dvh1.08.07/db4h");
        (variant.DrmSystem, variant.EncryptionScheme, variant.DrmKeyId) = (DrmSystem.Fairplay, EncryptionScheme.Cbcs, Samples.NewId().ToString());
        (variant.IsStreamable, variant.IsDownloadable, variant.IsDefault) = (false, true, true);

        var created = await catalog.One.CreateAsync(variant);

        Assert.NotEmpty(created.Id);
        Assert.NotEmpty(created.Etag);
        Assert.Equal(created.CreateTime, created.UpdateTime);
        (variant.Id, variant.CreateTime, variant.UpdateTime, variant.Etag) = (created.Id, created.CreateTime, created.UpdateTime, created.Etag);
        Assert.Equal(variant, created);
        Assert.Equal(created, (await catalog.Two.Admin.Variants.GetStreamVariantAsync(new() { VariantId = created.Id })).Variant);
    }

    [Fact]
    public async Task CreateStreamVariant_WithBareFields_ReadsBackTheSame()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var variant = SampleVariants.AudioOnly(asset, language: "");
        (variant.Codecs, variant.Label) = ("", "");

        var created = await catalog.One.CreateAsync(variant);

        (variant.Id, variant.CreateTime, variant.UpdateTime, variant.Etag) = (created.Id, created.CreateTime, created.UpdateTime, created.Etag);
        Assert.Equal(variant, created);
    }

    [Fact]
    public async Task CreateStreamVariant_WithSpellingsOfOneThing_KeepsTheNormalOne()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var variant = SampleVariants.Step(asset);
        var (key, keyId) = (variant.StorageKey, Samples.NewId().ToString());
        (variant.StorageKey, variant.DrmKeyId) = ("/" + key.Replace("/v1/", "//v1/", StringComparison.Ordinal), keyId.ToUpperInvariant());
        (variant.DrmSystem, variant.EncryptionScheme) = (DrmSystem.Widevine, EncryptionScheme.Cenc);

        var created = await catalog.One.CreateAsync(variant);

        Assert.Equal((key, keyId), (created.StorageKey, created.DrmKeyId));
    }

    [Fact]
    public async Task CreateStreamVariant_WithBadFields_NamesEachOfThem()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var variant = SampleVariants.Step(asset, QualityTier.P2160);
        (variant.AudioLanguage, variant.Label, variant.DrmKeyId, variant.Protocol) = ("?", new string('x', 101), "x", StreamProtocol.Dash);
        variant.StorageKey = "../x";

        await RpcAssert.FailsOnFieldsAsync(
            ["variant.audio_language", "variant.label", "variant.drm_key_id", "variant.protocol", "variant.tier", "variant.storage_key"],
            () => catalog.One.CreateAsync(variant));
        await RpcAssert.FailsOnFieldsAsync(["variant"], async () => await Service.CreateStreamVariantAsync(new()));
        variant = SampleVariants.Step(asset);
        (variant.AssetId, variant.Label) = ("", new string('x', 100));
        await RpcAssert.FailsOnFieldsAsync(["variant.asset_id"], () => catalog.One.CreateAsync(variant));
        variant.AssetId = Missing;
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => catalog.One.CreateAsync(variant));
        variant.AssetId = asset.Id;
        Assert.Equal(variant.Label, (await catalog.One.CreateAsync(variant)).Label);
    }

    [Theory]
    [InlineData("hls/{title}/{episode}/v1/index.m3u8", true)]
    [InlineData("downloads/{title}/{episode}/mp4-720/film.mp4", true)]
    [InlineData("", false)]
    [InlineData("hls/{title}/v1/index.m3u8", false)]
    [InlineData("hls/{title}/{other}/v1/index.m3u8", false)]
    [InlineData("hls/{other}/{episode}/v1/index.m3u8", false)]
    [InlineData("originals/{title}/{episode}/film.mp4", false)]
    [InlineData("downloads/{title}/{episode}/extras/all.zip", false)]
    [InlineData("artwork/title/{title}/{episode}/x.jpg", false)]
    [InlineData("elsewhere/x.m3u8", false)]
    public async Task CreateStreamVariant_OfAnEpisode_TakesKeysBelowIt(string template, bool allowed)
    {
        var title = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(title.Id);
        var episode = await catalog.One.EpisodeAsync(season.Id);
        var request = new RecordAssetRequest
        {
            Scope = new() { TitleId = title.Id, SeasonId = season.Id, EpisodeId = episode.Id },
            Kind = AssetKind.Video,
            StorageKey = $"originals/{title.Id}/{episode.Id}/x.mov",
            MimeType = "video/quicktime",
        };
        var variant = SampleVariants.Step((await catalog.One.Service.Assets.RecordAssetAsync(request)).Asset);
        variant.StorageKey = template
            .Replace("{title}", title.Id, StringComparison.Ordinal)
            .Replace("{episode}", episode.Id, StringComparison.Ordinal)
            .Replace("{other}", Samples.NewId().ToString(), StringComparison.Ordinal);

        if (allowed)
        {
            Assert.Equal(variant.StorageKey, (await catalog.One.CreateAsync(variant)).StorageKey);
        }
        else
        {
            await RpcAssert.FailsOnFieldsAsync(["variant.storage_key"], () => catalog.One.CreateAsync(variant));
        }
    }

    [Fact]
    public async Task ListStreamVariants_InPages_HasTheBestTierFirst()
    {
        var asset = await catalog.One.VideoAssetAsync();
        QualityTier[] tiers = [QualityTier.Other, QualityTier.P480, QualityTier.P2160, QualityTier.P720, QualityTier.P1080, QualityTier.P480, QualityTier.Other];
        foreach (var tier in tiers)
        {
            var variant = SampleVariants.Step(asset, tier);
            variant.IsStreamable = false;
            await catalog.One.CreateAsync(variant);
        }

        var found = await catalog.Two.VariantsAsync(asset.Id, pageSize: 2);

        Assert.Equal(
            [QualityTier.P2160, QualityTier.P1080, QualityTier.P720, QualityTier.P480, QualityTier.P480, QualityTier.Other, QualityTier.Other],
            found.Select(variant => variant.Tier));
        Assert.Equal(tiers.Length, found.Select(variant => variant.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(found.OrderByDescending(v => v.Tier is QualityTier.Other ? 0 : v.Height).ThenBy(v => v.Id, StringComparer.Ordinal), found);
        Assert.Equal(found, await catalog.Three.VariantsAsync(asset.Id, pageSize: 500));
    }

    [Fact]
    public async Task ReadsAndDeletes_WithBadFieldsOrUnknownIds_SayWhat()
    {
        var asset = await catalog.One.VideoAssetAsync();
        Assert.Empty(await catalog.One.VariantsAsync(asset.Id));
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => catalog.One.VariantsAsync(Missing));
        await RpcAssert.FailsAsync(ErrorReason.VariantNotFound, async () => await Service.GetStreamVariantAsync(new() { VariantId = Missing }));
        await RpcAssert.FailsAsync(ErrorReason.VariantNotFound, async () => await DeleteAsync(new() { VariantId = Missing }));
        await RpcAssert.FailsOnFieldsAsync(["variant_id"], async () => await Service.GetStreamVariantAsync(new()));
        await RpcAssert.FailsOnFieldsAsync(["variant_id"], async () => await DeleteAsync(new() { VariantId = "x" }));
        await RpcAssert.FailsOnFieldsAsync(["asset_id", "page_size"], async () => await Service.ListStreamVariantsAsync(new() { PageSize = -1 }));
        await RpcAssert.FailsAsync(
            ErrorReason.InvalidPageToken, async () => await Service.ListStreamVariantsAsync(new() { AssetId = asset.Id, PageToken = "x" }));
    }

    [Fact]
    public async Task DeleteStreamVariant_OfAVersion_FreesItsPlaces()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var request = SampleVariants.Step(asset);
        request.IsDefault = true;
        var variant = await catalog.One.CreateAsync(request);

        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await DeleteAsync(new() { VariantId = variant.Id, Etag = "99" }));
        await DeleteAsync(new() { VariantId = variant.Id, Etag = variant.Etag });

        await RpcAssert.FailsAsync(ErrorReason.VariantNotFound, async () => await DeleteAsync(new() { VariantId = variant.Id }));
        Assert.NotEqual(variant.Id, (await catalog.One.CreateAsync(request)).Id);
    }

    private async Task DeleteAsync(DeleteStreamVariantRequest request) => await catalog.Two.Admin.Variants.DeleteStreamVariantAsync(request);
}
