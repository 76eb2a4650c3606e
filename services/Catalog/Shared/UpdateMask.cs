using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Shared;

/// <summary>The fields that an update names.</summary>
internal sealed class UpdateMask
{
    /// <summary>Names all fields, for rows that are made.</summary>
    public static readonly UpdateMask All = new([], hasAll: true);

    private static readonly FieldMask.MergeOptions Replace =
        new() { ReplaceMessageFields = true, ReplacePrimitiveFields = true, ReplaceRepeatedFields = true };

    private readonly HashSet<string> _paths;
    private readonly bool _hasAll;

    private UpdateMask(IEnumerable<string> paths, bool hasAll = false) =>
        (_paths, _hasAll) = (new(paths, StringComparer.Ordinal), hasAll);

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

    public bool Has(string path) => _hasAll || _paths.Contains(path);

    /// <summary>Copies the fields that the mask names.</summary>
    public void Apply(IMessage from, IMessage to) => new FieldMask { Paths = { _paths } }.Merge(from, to, Replace);
}
