using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Streams;

/// <summary>What may be there once: of 50 writers on three replicas exactly one wins.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class VariantConflictTests(CatalogFixture catalog)
{
    private const string NoRedis = "127.0.0.1:1,connectTimeout=100";
    private const int Writers = 50;

    private readonly string _key = Guid.NewGuid().ToString();

    [Fact]
    public async Task CreateStreamVariant_OfOneTierAtOnce_LetsExactlyOneWin()
    {
        var asset = await catalog.One.VideoAssetAsync();
        await OneWinsAsync(_ => SampleVariants.Step(asset, QualityTier.P720));
        Assert.Single(await catalog.One.VariantsAsync(asset.Id));
        await SaysAsync("STREAMABLE_TIER", "variant.tier", SampleVariants.Step(asset, QualityTier.P720));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("")]
    public async Task CreateStreamVariant_OfOneDefaultAtOnce_LetsExactlyOneWin(string language)
    {
        var asset = await catalog.One.VideoAssetAsync();
        await OneWinsAsync(i => Default(asset, i % 2 == 0 ? language : language.ToUpperInvariant()));
        Assert.Single(await catalog.One.VariantsAsync(asset.Id));
        await SaysAsync("DEFAULT", "variant.is_default", Default(asset, language));

        await catalog.One.CreateAsync(Default(asset, "fr"));
        await catalog.One.CreateAsync(Default(asset, language, DynamicRange.Hdr10));
        await catalog.One.CreateAsync(Default(await catalog.One.VideoAssetAsync(), language));
    }

    [Fact]
    public async Task CreateStreamVariant_OfOneKeyAtOnce_LetsExactlyOneWin()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var key = SampleVariants.KeyOf(asset);
        await OneWinsAsync(_ => WithKey(SampleVariants.Free(asset), key));
        await SaysAsync("STORAGE_KEY", "variant.storage_key", WithKey(SampleVariants.Free(asset), key));

        var sibling = await catalog.One.VideoAssetAsync(asset.Scope.TitleId);
        await SaysAsync("STORAGE_KEY", "variant.storage_key", WithKey(SampleVariants.Free(sibling), key));
    }

    [Fact]
    public async Task CreateStreamVariant_RepeatedWithoutItsRecord_FindsItsOwn()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var request = new CreateStreamVariantRequest { Variant = SampleVariants.Step(asset) };
        await using var one = catalog.WithRedis(NoRedis);
        await using var two = catalog.WithRedis(NoRedis);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            (i % 2 == 0 ? one : two).Admin.Variants.CreateStreamVariantAsync(request, Keyed()).ResponseAsync));

        Assert.Equal(Assert.Single(answers.Distinct()).Variant, Assert.Single(await catalog.One.VariantsAsync(asset.Id)));
        await RpcAssert.FailsAsync(ErrorReason.VariantExists, async () => await one.Admin.Variants.CreateStreamVariantAsync(request));
        await RpcAssert.FailsAsync(ErrorReason.VariantExists, async () => await one.Service.Variants.CreateStreamVariantAsync(request, Keyed()));
    }

    [Fact]
    public async Task Constraints_BetweenAssets_DoNotBind()
    {
        foreach (var asset in new[] { await catalog.One.VideoAssetAsync(), await catalog.One.VideoAssetAsync() })
        {
            foreach (var tier in new[] { QualityTier.P480, QualityTier.P720, QualityTier.P1080 })
            {
                await catalog.One.CreateAsync(SampleVariants.Step(asset, tier));
            }
        }
    }

    private async Task OneWinsAsync(Func<int, StreamVariant> variant)
    {
        var outcomes = await Race.OutcomesAsync(Writers, i => catalog.InTurn(i).CreateAsync(variant(i)));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(Writers - 1, outcomes.Count(outcome => outcome == "VARIANT_EXISTS"));
    }

    private async Task SaysAsync(string rule, string field, StreamVariant variant)
    {
        var info = RpcErrors.InfoOf(await RpcAssert.FailsAsync(ErrorReason.VariantExists, () => catalog.One.CreateAsync(variant)))!;
        Assert.Equal((rule, field), (info.Metadata["rule"], info.Metadata["field"]));
        Assert.NotEmpty(info.Metadata[RpcErrors.Detail]);
    }

    private static StreamVariant Default(MediaAsset asset, string language, DynamicRange range = DynamicRange.Sdr)
    {
        var variant = SampleVariants.Free(asset);
        (variant.IsDefault, variant.AudioLanguage, variant.DynamicRange, variant.BitDepth) = (true, language, range, 10);
        (variant.VideoCodec, variant.Codecs) = (VideoCodec.H265, "hvc1.2.4.L123.B0,mp4a.40.2");
        return variant;
    }

    private Metadata Keyed() => new() { { IdempotencyKey.Header, _key } };

    private static StreamVariant WithKey(StreamVariant variant, string key)
    {
        variant.StorageKey = key;
        return variant;
    }
}
