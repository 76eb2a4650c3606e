using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Streams;

/// <summary>The fields of a variant that an update may name.</summary>
internal static class VariantFields
{
    private static readonly string[] Fixed = ["id", "asset_id", "create_time", "update_time", "etag"];

    public static string[] Changeable { get; } =
        [.. StreamVariant.Descriptor.Fields.InDeclarationOrder().Select(field => field.Name).Except(Fixed, StringComparer.Ordinal)];
}
