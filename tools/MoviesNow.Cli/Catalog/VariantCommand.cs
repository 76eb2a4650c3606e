using System.CommandLine;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Catalog;

/// <summary><c>moviesnow variant</c>.</summary>
internal static class VariantCommand
{
    public static Command Create(CatalogAccess access)
    {
        string[] columns =
        [
            "id", "tier", "protocol", "container", "video_codec", "dynamic_range", "audio_codec", "audio_language", "peak_bandwidth_bps",
            "drm_system", "is_streamable", "is_default", "label",
        ];
        var variant = new Resource<StreamVariant>(access, "variant", columns, async (clients, id, _, options) =>
            (await clients.Variants.GetStreamVariantAsync(new GetStreamVariantRequest { VariantId = id }, options)).Variant);
        var asset = new FieldArgument("asset_id", "asset", "Id of the asset");
        return new Command("variant", "Stream variants: the renditions of assets.")
        {
            variant.List<ListStreamVariantsRequest, ListStreamVariantsResponse>(
                "list", "Lists the variants of an asset, best tier first.", clients => clients.Variants.ListStreamVariantsAsync, asset),
            variant.Show(isPublic: false),
            variant.Create<CreateStreamVariantRequest, CreateStreamVariantResponse>(
                "Creates a variant.", clients => clients.Variants.CreateStreamVariantAsync, asset, Fields(isNew: true), nested: "variant"),
            variant.CreateFromFile<CreateLadderRequest, CreateLadderResponse>(
                "ladder", "Creates the variants of a file, all or none.", clients => clients.Variants.CreateLadderAsync, asset, "variants",
                FieldOption.Of<CreateLadderRequest>("replace", "In the place of those that the asset has")),
            variant.Update<UpdateStreamVariantRequest, UpdateStreamVariantResponse>(clients => clients.Variants.UpdateStreamVariantAsync, Fields(isNew: false)),
            variant.Delete<DeleteStreamVariantRequest, DeleteStreamVariantResponse>("Deletes a variant.", clients => clients.Variants.DeleteStreamVariantAsync),
        };
    }

    private static FieldOption[] Fields(bool isNew) =>
    [
        FieldOption.Of<StreamVariant>("protocol", "Delivery protocol", required: isNew),
        FieldOption.Of<StreamVariant>("container", "Format of the segments or file", required: isNew),
        FieldOption.Of<StreamVariant>("video_codec", "Video codec; none for audio-only", required: isNew),
        FieldOption.Of<StreamVariant>("audio_codec", "Audio codec; none without audio", required: isNew),
        FieldOption.Of<StreamVariant>("tier", "Quality step", required: isNew),
        FieldOption.Of<StreamVariant>("drm_system", "Encryption", required: isNew),
        FieldOption.Of<StreamVariant>("storage_key", "Key in the bucket of its media playlist or file", required: isNew),
        FieldOption.Of<StreamVariant>("peak_bandwidth_bps", "Peak bits per second", required: isNew),
        FieldOption.Of<StreamVariant>("average_bandwidth_bps", "Average bits per second", required: isNew),
        FieldOption.Of<StreamVariant>("codecs", "Codecs as RFC 6381 writes them, such as avc1.640028,mp4a.40.2"),
        FieldOption.Of<StreamVariant>("supplemental_codecs", "Dolby Vision enhancement, such as dvh1.08.07/db4h"),
        FieldOption.Of<StreamVariant>("width", "Width in pixels"),
        FieldOption.Of<StreamVariant>("height", "Height in pixels"),
        FieldOption.Of<StreamVariant>("frame_rate", "Frames per second"),
        FieldOption.Of<StreamVariant>("dynamic_range", "Dynamic range; none for audio-only"),
        FieldOption.Of<StreamVariant>("bit_depth", "Bits per colour component"),
        FieldOption.Of<StreamVariant>("audio_channels", "Audio channels"),
        FieldOption.Of<StreamVariant>("audio_language", "Language of the audio (BCP 47)"),
        FieldOption.Of<StreamVariant>("drm_key_id", "Key id of the encryption"),
        FieldOption.Of<StreamVariant>("encryption_scheme", "How the samples are encrypted"),
        FieldOption.Of<StreamVariant>("is_default", "The one that plays first"),
        FieldOption.Of<StreamVariant>("is_audio_only", "It has no video"),
        FieldOption.Of<StreamVariant>("is_downloadable", "It may be kept offline"),
        FieldOption.Of<StreamVariant>("is_streamable", "It may be streamed"),
        FieldOption.Of<StreamVariant>("label", "Label for people, such as 1080p"),
        FieldOption.Of<StreamVariant>("size_bytes", "Size in bytes of all its files"),
    ];
}
