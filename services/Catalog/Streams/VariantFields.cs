using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Streams;

/// <summary>The fields of a variant that an update may name.</summary>
internal static class VariantFields
{
    private static readonly string[] Fixed = ["id", "asset_id", "create_time", "update_time", "etag"];

    public static string[] Changeable { get; } =
        [.. StreamVariant.Descriptor.Fields.InDeclarationOrder().Select(field => field.Name).Except(Fixed, StringComparer.Ordinal)];

    /// <summary>A variant with the fields that the mask names taken from another.</summary>
    public static StreamVariant Merge(StreamVariant current, StreamVariant values, UpdateMask mask)
    {
        var merged = current.Clone();
        foreach (var name in Changeable.Where(mask.Has))
        {
            var field = StreamVariant.Descriptor.FindFieldByName(name).Accessor;
            field.SetValue(merged, field.GetValue(values));
        }

        return merged;
    }
}
