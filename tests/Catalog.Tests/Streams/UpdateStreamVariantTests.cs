using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Streams;

[Collection(CatalogTestGroup.Name)]
public sealed class UpdateStreamVariantTests(CatalogFixture catalog)
{
    [Fact]
    public async Task UpdateStreamVariant_OfSomeFields_LeavesTheOthers()
    {
        var before = await catalog.One.CreateAsync(SampleVariants.Step(await catalog.One.VideoAssetAsync()));
        var values = new StreamVariant { Id = before.Id, Etag = before.Etag, Label = "Full HD", SizeBytes = 7, AudioLanguage = "", PeakBandwidthBps = 1 };

        var after = await UpdateAsync(values, "label", "size_bytes", "audio_language");

        var expected = before.Clone();
        (expected.Label, expected.SizeBytes, expected.AudioLanguage) = ("Full HD", 7, "");
        (expected.UpdateTime, expected.Etag) = (after.UpdateTime, after.Etag);
        Assert.Equal(expected, after);
        Assert.NotEqual(before.Etag, after.Etag);
        Assert.True(after.UpdateTime.ToTimeSpan() > before.UpdateTime.ToTimeSpan());
        Assert.Equal(after, (await catalog.Two.Service.Variants.GetStreamVariantAsync(new() { VariantId = after.Id })).Variant);
    }

    [Fact]
    public async Task UpdateStreamVariant_OfAllFields_TakesThem()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var before = await catalog.One.CreateAsync(SampleVariants.Step(asset));
        var values = SampleVariants.AudioOnly(asset, "fr");
        (values.Id, values.Etag, values.IsDefault) = (before.Id, before.Etag, true);
        string[] mask =
        [
            "protocol", "container", "video_codec", "audio_codec", "codecs", "peak_bandwidth_bps", "average_bandwidth_bps", "width", "height", "frame_rate",
            "dynamic_range", "bit_depth", "audio_channels", "audio_language", "drm_system", "drm_key_id", "is_default", "is_audio_only", "is_downloadable",
            "is_streamable", "tier", "label", "size_bytes", "storage_key", "supplemental_codecs", "encryption_scheme",
        ];

        var after = await UpdateAsync(values, mask);

        (values.CreateTime, values.UpdateTime, values.Etag) = (before.CreateTime, after.UpdateTime, after.Etag);
        Assert.Equal(values, after);
    }

    [Fact]
    public async Task UpdateStreamVariant_ThatBreaksARuleWithWhatIsThere_IsRefused()
    {
        var before = await catalog.One.CreateAsync(SampleVariants.Step(await catalog.One.VideoAssetAsync()));

        await RpcAssert.FailsOnFieldsAsync(["variant.height"], () => UpdateAsync(new() { Tier = QualityTier.P720, Id = before.Id, Etag = before.Etag }, "tier"));
        await RpcAssert.FailsOnFieldsAsync(
            ["variant.average_bandwidth_bps"], () => UpdateAsync(new() { PeakBandwidthBps = 1, Id = before.Id, Etag = before.Etag }, "peak_bandwidth_bps"));
        await RpcAssert.FailsOnFieldsAsync(["variant.storage_key"], () => UpdateAsync(new() { Id = before.Id, Etag = before.Etag }, "storage_key"));
        await RpcAssert.FailsOnFieldsAsync(["variant.audio_language"], () => UpdateAsync(new() { AudioLanguage = "?", Id = before.Id, Etag = before.Etag }, "audio_language"));
        Assert.Equal(QualityTier.P720, (await UpdateAsync(new() { Tier = QualityTier.P720, Height = 720, Id = before.Id, Etag = before.Etag }, "tier", "height")).Tier);
    }

    [Fact]
    public async Task UpdateStreamVariant_WithBadRequests_SaysWhat()
    {
        var before = await catalog.One.CreateAsync(SampleVariants.Step(await catalog.One.VideoAssetAsync()));
        var missing = Samples.NewId().ToString();

        await RpcAssert.FailsOnFieldsAsync(["variant.id", "variant.etag", "update_mask"], async () => await catalog.One.Service.Variants.UpdateStreamVariantAsync(new()));
        foreach (var path in new[] { "id", "asset_id", "create_time", "update_time", "etag", "*", "Label", "nothing" })
        {
            await RpcAssert.FailsOnFieldsAsync(["update_mask"], () => UpdateAsync(before, path));
        }

        await RpcAssert.FailsAsync(ErrorReason.VariantNotFound, () => UpdateAsync(new() { Id = missing, Etag = "1" }, "label"));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, () => UpdateAsync(new() { Id = before.Id, Etag = "99" }, "label"));
    }

    [Fact]
    public async Task UpdateStreamVariant_OfOneVersionAtOnce_LosesNoUpdate()
    {
        var before = await catalog.One.CreateAsync(SampleVariants.Step(await catalog.One.VideoAssetAsync()));

        // Each keeps the rules by itself; together they would not.
        var outcomes = await Race.OutcomesAsync(50, i => i % 2 == 0
            ? UpdateAsync(catalog.InTurn(i), new() { Id = before.Id, Etag = before.Etag, AverageBandwidthBps = before.PeakBandwidthBps }, "average_bandwidth_bps")
            : UpdateAsync(catalog.InTurn(i), new() { Id = before.Id, Etag = before.Etag, PeakBandwidthBps = before.AverageBandwidthBps }, "peak_bandwidth_bps"));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(49, outcomes.Count(outcome => outcome == "ETAG_MISMATCH"));
    }

    [Fact]
    public async Task UpdateStreamVariant_IntoTheOnePlaceAtOnce_LetsExactlyOneWin()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var variants = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => catalog.InTurn(i).CreateAsync(SampleVariants.Free(asset))));

        var outcomes = await Race.OutcomesAsync(variants.Length, i =>
            UpdateAsync(catalog.InTurn(i), new() { Id = variants[i].Id, Etag = variants[i].Etag, IsStreamable = true, IsDefault = true }, "is_streamable", "is_default"));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(49, outcomes.Count(outcome => outcome == "VARIANT_EXISTS"));
        var loser = variants[Array.FindIndex(outcomes, outcome => outcome == "VARIANT_EXISTS")];
        var error = await RpcAssert.FailsAsync(
            ErrorReason.VariantExists, () => UpdateAsync(new() { Id = loser.Id, Etag = loser.Etag, IsStreamable = true }, "is_streamable"));
        Assert.Equal("STREAMABLE_TIER", RpcErrors.InfoOf(error)!.Metadata["rule"]);
    }

    private Task<StreamVariant> UpdateAsync(StreamVariant values, params string[] mask) => UpdateAsync(catalog.One, values, mask);

    private static async Task<StreamVariant> UpdateAsync(Replica replica, StreamVariant values, params string[] mask) =>
        (await replica.Service.Variants.UpdateStreamVariantAsync(new() { Variant = values, UpdateMask = new() { Paths = { mask } } })).Variant;
}
