using System.Globalization;

namespace MoviesNow.Storage;

/// <summary>Takes a key of the layout apart: the inverse of <see cref="StorageLayout"/>.</summary>
internal static class LocationReader
{
    public static StorageLocation? Read(StorageKey key)
    {
        var location = ReadParts(key.Value);

        // A second spelling of a number or id must not name the same thing: what does not print back is not of the layout.
        return location is not null && location.Key == key ? location : null;
    }

    private static StorageLocation? ReadParts(ReadOnlySpan<char> rest)
    {
        var root = Next(ref rest);
        if (root is "artwork" or "subs" && Next(ref rest) is not "title")
            return null;
        if (!KeyId.TryParse(Next(ref rest), out var titleId) || rest.IsEmpty)
            return null;
        if (root is "bundles")
            return Bundle(titleId, rest);

        var episodeId = Episode(ref rest);
        return root switch
        {
            "originals" => FileNameSegment.TryParse(rest.ToString(), out var file) ? new OriginalLocation(titleId, episodeId, file) : null,
            "hls" => Path(rest) is { } path ? new HlsLocation(titleId, episodeId, path) : null,
            "downloads" => Download(titleId, episodeId, rest),
            "artwork" => Path(rest) is { } path ? new ArtworkLocation(titleId, episodeId, path) : null,
            "subs" => Path(rest) is { } path ? new SubtitleLocation(titleId, episodeId, path) : null,
            _ => null,
        };
    }

    private static StorageLocation? Download(Guid titleId, Guid? episodeId, ReadOnlySpan<char> rest)
    {
        var variant = Next(ref rest);
        if (variant is StorageLayout.ExtrasSegment)
        {
            return rest.EndsWith(StorageLayout.Zip) && FileNameSegment.TryParse(rest.ToString(), out var file)
                ? new ExtrasLocation(titleId, episodeId, file)
                : null;
        }

        return FileNameSegment.TryParse(variant.ToString(), out var name) && Path(rest) is { } path
            ? new DownloadLocation(titleId, episodeId, name, path)
            : null;
    }

    private static StorageLocation? Bundle(Guid titleId, ReadOnlySpan<char> name)
    {
        var isManifest = name.EndsWith(StorageLayout.ManifestSuffix);
        if (!isManifest && !name.EndsWith(StorageLayout.Zip))
            return null;

        name = name[..^(isManifest ? StorageLayout.ManifestSuffix : StorageLayout.Zip).Length];
        if (name.StartsWith(StorageLayout.BundleName) && KeyId.TryParse(name[StorageLayout.BundleName.Length..], out var bundleId))
            return isManifest ? new BundleManifestLocation(titleId, bundleId) : new BundleLocation(titleId, bundleId);

        if (name is ['S', .. var digits] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var season))
            return isManifest ? new SeasonBundleManifestLocation(titleId, season) : new SeasonBundleLocation(titleId, season);

        return null;
    }

    private static RelativePath? Path(ReadOnlySpan<char> rest) =>
        RelativePath.TryParse(rest.ToString(), out var path, out _) ? path : null;

    /// <summary>An id is an episode's only when something follows it; alone it is a name.</summary>
    private static Guid? Episode(ref ReadOnlySpan<char> rest)
    {
        var following = rest;
        if (!KeyId.TryParse(Next(ref following), out var episodeId) || following.IsEmpty)
            return null;

        rest = following;
        return episodeId;
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        var segment = slash < 0 ? rest : rest[..slash];
        rest = slash < 0 ? [] : rest[(slash + 1)..];
        return segment;
    }
}
