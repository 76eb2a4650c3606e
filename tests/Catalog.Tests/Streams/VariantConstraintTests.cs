using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Streams;

/// <summary>Writers that go round the rules meet the database's.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class VariantConstraintTests(CatalogFixture catalog)
{
    [Theory]
    [InlineData("stream_variant_protocol_check", "protocol = 'Rtmp', container = 'Mp4', is_streamable = false")]
    [InlineData("stream_variant_container_check", "container = 'Mp4', is_streamable = false")]
    [InlineData("stream_variant_container_check", "container = 'Webm', is_streamable = false")]
    [InlineData("stream_variant_container_check", "protocol = 'Dash', container = 'Ts', is_streamable = false")]
    [InlineData("stream_variant_container_check", "protocol = 'Mp4', is_streamable = false")]
    [InlineData("stream_variant_video_codec_check", "video_codec = 'Unspecified'")]
    [InlineData("stream_variant_audio_codec_check", "audio_codec = 'Mp3'")]
    [InlineData("stream_variant_codecs_check", "codecs = 'avc1, mp4a'")]
    [InlineData("stream_variant_codecs_check", "codecs = repeat('x', 201)")]
    [InlineData("stream_variant_codecs_check", "codecs = E'avc1\\n'")]
    [InlineData("stream_variant_supplemental_codecs_check", "supplemental_codecs = 'dvh1.08.07/db4h'")]
    [InlineData("stream_variant_supplemental_codecs_check", "supplemental_codecs = 'dvh1//db4h', dynamic_range = 'DolbyVision', bit_depth = 10")]
    [InlineData("stream_variant_supplemental_codecs_check", "supplemental_codecs = repeat('x', 201), dynamic_range = 'DolbyVision', bit_depth = 10")]
    [InlineData("stream_variant_bandwidth_check", "peak_bandwidth_bps = 0, average_bandwidth_bps = -1")]
    [InlineData("stream_variant_bandwidth_check", "average_bandwidth_bps = 0")]
    [InlineData("stream_variant_average_check", "average_bandwidth_bps = peak_bandwidth_bps + 1")]
    [InlineData("stream_variant_audio_only_check", "is_audio_only = true, width = 0, height = 0, frame_rate = 0, dynamic_range = 'Unspecified', bit_depth = 0, is_streamable = false")]
    [InlineData("stream_variant_audio_only_check", "video_codec = 'None'")]
    [InlineData("stream_variant_dimensions_check", "width = 0")]
    [InlineData("stream_variant_dimensions_check", "width = 16385")]
    [InlineData("stream_variant_dimensions_check", "height = 0, is_streamable = false")]
    [InlineData("stream_variant_dimensions_check", "height = 16385, tier = 'Other', is_streamable = false")]
    [InlineData("stream_variant_frame_rate_check", "frame_rate = 0")]
    [InlineData("stream_variant_frame_rate_check", "frame_rate = 300.0001")]
    [InlineData("stream_variant_frame_rate_check", "frame_rate = 'NaN'")]
    [InlineData("stream_variant_dynamic_range_check", "dynamic_range = 'Unspecified'")]
    [InlineData("stream_variant_bit_depth_check", "bit_depth = 9")]
    [InlineData("stream_variant_hdr_bit_depth_check", "dynamic_range = 'Hdr10'")]
    [InlineData("stream_variant_hdr_bit_depth_check", "dynamic_range = 'Hlg'")]
    [InlineData("stream_variant_hdr_bit_depth_check", "dynamic_range = 'DolbyVision'")]
    [InlineData("stream_variant_audio_channels_check", "audio_channels = 0")]
    [InlineData("stream_variant_audio_channels_check", "audio_channels = 65")]
    [InlineData("stream_variant_audio_channels_check", "audio_codec = 'None', audio_language = NULL")]
    [InlineData("stream_variant_audio_language_check", "audio_codec = 'None', audio_channels = 0")]
    [InlineData("stream_variant_drm_system_check", "drm_system = 'Clearkey', drm_key_id = id, encryption_scheme = 'Cbcs'")]
    [InlineData("stream_variant_drm_key_check", "drm_key_id = id")]
    [InlineData("stream_variant_drm_key_check", "drm_system = 'Widevine', encryption_scheme = 'Cbcs'")]
    [InlineData("stream_variant_drm_scheme_check", "encryption_scheme = 'Cenc'")]
    [InlineData("stream_variant_drm_scheme_check", "drm_system = 'Widevine', drm_key_id = id")]
    [InlineData("stream_variant_encryption_scheme_check", "drm_system = 'Widevine', drm_key_id = id, encryption_scheme = 'Cens'")]
    [InlineData("stream_variant_fairplay_check", "drm_system = 'Fairplay', drm_key_id = id, encryption_scheme = 'Cenc'")]
    [InlineData("stream_variant_cenc_check", "drm_system = 'Widevine', drm_key_id = id, encryption_scheme = 'Cenc', container = 'Ts'")]
    [InlineData("stream_variant_downloadable_check", "is_downloadable = true, protocol = 'Dash', is_streamable = false")]
    [InlineData("stream_variant_streamable_check", "protocol = 'Dash'")]
    [InlineData("stream_variant_tier_check", "tier = 'P2160'")]
    [InlineData("stream_variant_tier_check", "tier = 'Other'")]
    [InlineData("stream_variant_tier_check", "tier = 'P720'")]
    [InlineData("stream_variant_tier_check", "tier = 'Unspecified', is_streamable = false")]
    [InlineData("stream_variant_tier_check", "height = 1079")]
    [InlineData("stream_variant_tier_check", "height = 1081")]
    [InlineData("stream_variant_tier_check", "height = 1081, is_streamable = false")]
    [InlineData("stream_variant_tier_check", "tier = 'P720', height = 721, is_streamable = false")]
    [InlineData("stream_variant_tier_check", "tier = 'P480', height = 481, is_streamable = false")]
    [InlineData("stream_variant_tier_check", "tier = 'P2160', height = 2161, is_streamable = false")]
    [InlineData("stream_variant_label_check", "label = repeat('x', 101)")]
    [InlineData("stream_variant_size_check", "size_bytes = -1")]
    [InlineData("stream_variant_asset_fkey", "asset_id = id")]
    public async Task Variant_AgainstARule_IsRefused(string constraint, string change)
    {
        var variant = await catalog.One.CreateAsync(SampleVariants.Step(await catalog.One.VideoAssetAsync()));
        await RefusedAsync(constraint, $"UPDATE stream_variant SET {change} WHERE id = '{variant.Id}'");
    }

    [Theory]
    [InlineData("stream_variant_audio_only_check", "is_audio_only = false, width = 1, height = 1, frame_rate = 1, dynamic_range = 'Sdr', bit_depth = 8")]
    [InlineData("stream_variant_empty_check", "audio_codec = 'None', audio_channels = 0, audio_language = ''")]
    [InlineData("stream_variant_dimensions_check", "width = 1")]
    [InlineData("stream_variant_dimensions_check", "height = 1")]
    [InlineData("stream_variant_frame_rate_check", "frame_rate = 1")]
    [InlineData("stream_variant_dynamic_range_check", "dynamic_range = 'Sdr'")]
    [InlineData("stream_variant_bit_depth_check", "bit_depth = 8")]
    [InlineData("stream_variant_streamable_check", "is_streamable = true")]
    public async Task AudioOnly_AgainstARule_IsRefused(string constraint, string change)
    {
        var variant = await catalog.One.CreateAsync(SampleVariants.AudioOnly(await catalog.One.VideoAssetAsync()));
        await RefusedAsync(constraint, $"UPDATE stream_variant SET {change} WHERE id = '{variant.Id}'");
    }

    [Fact]
    public async Task SecondStreamable_OfATier_IsRefused()
    {
        var (first, second) = await TwoAsync();
        await RefusedAsync("stream_variant_streamable_key", $"UPDATE stream_variant SET is_streamable = true, height = 1080, tier = 'P1080' WHERE id = '{second.Id}'");
        await RefusedAsync("stream_variant_storage_key_key", $"UPDATE stream_variant SET storage_key = '{first.StorageKey}' WHERE id = '{second.Id}'");
    }

    [Theory]
    [InlineData("'en'", "'EN'")]
    [InlineData("NULL", "NULL")]
    [InlineData("''", "NULL")]
    [InlineData("NULL", "''")]
    public async Task SecondDefault_OfALanguage_IsRefused(string language, string other)
    {
        var (first, second) = await TwoAsync();
        await using var claim = catalog.Database.CreateCommand($"UPDATE stream_variant SET is_default = true, audio_language = {language} WHERE id = '{first.Id}'");
        await claim.ExecuteNonQueryAsync();

        await RefusedAsync("stream_variant_default_key", $"UPDATE stream_variant SET is_default = true, audio_language = {other} WHERE id = '{second.Id}'");
        await using var elsewhere = catalog.Database.CreateCommand($"UPDATE stream_variant SET is_default = true, audio_language = 'fr' WHERE id = '{second.Id}'");
        Assert.Equal(1, await elsewhere.ExecuteNonQueryAsync());
    }

    private async Task<(StreamVariant First, StreamVariant Second)> TwoAsync()
    {
        var asset = await catalog.One.VideoAssetAsync();
        return (await catalog.One.CreateAsync(SampleVariants.Step(asset)), await catalog.One.CreateAsync(SampleVariants.Free(asset)));
    }

    private async Task RefusedAsync(string constraint, string sql)
    {
        await using var command = catalog.Database.CreateCommand(sql);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal(constraint, exception.ConstraintName);
    }
}
