using Google.Protobuf.WellKnownTypes;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Shared;

/// <summary>The fields that an update names.</summary>
internal sealed class UpdateMask
{
    private readonly HashSet<string> _paths;

    private UpdateMask(IEnumerable<string> paths) => _paths = new(paths, StringComparer.Ordinal);

    /// <summary>Reads a mask; every path must be one of those that may change, and there must be one.</summary>
    public static UpdateMask Read(RequestCheck check, FieldMask? mask, params ReadOnlySpan<string> changeable)
    {
        var paths = new UpdateMask(mask?.Paths ?? []);
        check.Require(paths._paths.Count > 0, "update_mask", "must name at least one field");
        foreach (var path in paths._paths)
        {
            check.Require(changeable.Contains(path), "update_mask", "may name only " + string.Join(", ", changeable));
        }

        return paths;
    }

    public bool Has(string path) => _paths.Contains(path);
}
