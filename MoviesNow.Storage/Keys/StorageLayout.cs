using System.Globalization;

namespace MoviesNow.Storage;

/// <summary>
/// The layout of the media bucket: the one place where a key is put together from its parts; <see cref="StorageLocation"/> takes it apart again.
/// Ids are printed as lower-case UUIDs with dashes, season numbers with at least two digits.
/// </summary>
public static class StorageLayout
{
    /// <summary>The segment below <c>downloads/</c> that holds bonus material; no variant may be called so.</summary>
    public const string ExtrasSegment = "extras";

    /// <summary>The prefix of all bundles; a lifecycle rule may expire it.</summary>
    public const string BundlesPrefix = "bundles/";

    /// <summary>The longest path of a file below its HLS package, in bytes.</summary>
    public const int MaxPackagePath = 700;

    internal const string Zip = ".zip";
    internal const string ManifestSuffix = "_manifest.json";
    internal const string BundleName = "bundle_";
    private const string PackageName = "package_";

    /// <summary><c>originals/{title_id}/[{episode_id}/]{file}</c></summary>
    public static StorageKey Original(Guid titleId, Guid? episodeId, FileNameSegment fileName) =>
        Join("originals", titleId, episodeId, fileName.Value);

    /// <summary><c>hls/{title_id}/[{episode_id}/]{path}</c></summary>
    public static StorageKey Hls(Guid titleId, Guid? episodeId, RelativePath path) =>
        Join("hls", titleId, episodeId, path.Value);

    /// <summary>What the keys of an HLS package begin with: <c>hls/{title_id}/[{episode_id}/]package_{id}/</c>.</summary>
    public static string HlsPackagePrefix(Guid titleId, Guid? episodeId, Guid packageId) => episodeId is { } episode
        ? $"hls/{KeyId.Format(titleId)}/{KeyId.Format(episode)}/{PackageName}{KeyId.Format(packageId)}/"
        : $"hls/{KeyId.Format(titleId)}/{PackageName}{KeyId.Format(packageId)}/";

    /// <summary><c>hls/{title_id}/[{episode_id}/]package_{id}/{path}</c>: a folder that is an id alone would be read back as an episode's.</summary>
    /// <exception cref="FormatException">The path is much longer than <see cref="MaxPackagePath"/>.</exception>
    public static StorageKey HlsPackageFile(Guid titleId, Guid? episodeId, Guid packageId, RelativePath path) =>
        Hls(titleId, episodeId, RelativePath.Parse($"{PackageName}{KeyId.Format(packageId)}/{path.Value}"));

    /// <summary>The id of the HLS package that a key belongs to by its name; null when it belongs to none.</summary>
    public static Guid? PackageIdOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Split('/') is ["hls", _, .. var rest]
            && rest.Take(2).FirstOrDefault(segment => segment.StartsWith(PackageName, StringComparison.Ordinal)) is { } package
            && Guid.TryParseExact(package.AsSpan(PackageName.Length), "D", out var id)
            ? id
            : null;
    }

    /// <summary><c>downloads/{title_id}/[{episode_id}/]{variant}/{path}</c></summary>
    /// <exception cref="ArgumentException">The variant is called <see cref="ExtrasSegment"/>.</exception>
    public static StorageKey Download(Guid titleId, Guid? episodeId, FileNameSegment variant, RelativePath path)
    {
        if (variant.Value == ExtrasSegment)
            throw new ArgumentException("A variant cannot be called 'extras'.", nameof(variant));

        return Join("downloads", titleId, episodeId, $"{variant.Value}/{path.Value}");
    }

    /// <summary><c>downloads/{title_id}/[{episode_id}/]extras/{file}.zip</c></summary>
    /// <exception cref="ArgumentException">The file name does not end in <c>.zip</c>.</exception>
    public static StorageKey Extras(Guid titleId, Guid? episodeId, FileNameSegment fileName)
    {
        if (!fileName.Value.EndsWith(Zip, StringComparison.Ordinal))
            throw new ArgumentException("Extras are ZIP files.", nameof(fileName));

        return Join("downloads", titleId, episodeId, $"{ExtrasSegment}/{fileName.Value}");
    }

    /// <summary>The fixed key of a season's extras, <c>downloads/{title_id}/extras/S{season:02}_extras.zip</c>, or of a movie's, <c>…/extras.zip</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The season is negative.</exception>
    public static StorageKey TitleExtras(Guid titleId, int? season) =>
        Join("downloads", titleId, null, $"{ExtrasSegment}/{(season is { } number ? Season(number) + "_extras" : "extras")}{Zip}");

    /// <summary><c>bundles/{title_id}/S{season:02}.zip</c></summary>
    /// <exception cref="ArgumentOutOfRangeException">The season is negative.</exception>
    public static StorageKey SeasonBundle(Guid titleId, int season) =>
        Join("bundles", titleId, null, Season(season) + Zip);

    /// <summary><c>bundles/{title_id}/S{season:02}_manifest.json</c></summary>
    /// <exception cref="ArgumentOutOfRangeException">The season is negative.</exception>
    public static StorageKey SeasonBundleManifest(Guid titleId, int season) =>
        Join("bundles", titleId, null, Season(season) + ManifestSuffix);

    /// <summary><c>bundles/{title_id}/bundle_{id}.zip</c></summary>
    public static StorageKey Bundle(Guid titleId, Guid bundleId) =>
        Join("bundles", titleId, null, BundleName + KeyId.Format(bundleId) + Zip);

    /// <summary><c>bundles/{title_id}/bundle_{id}_manifest.json</c></summary>
    public static StorageKey BundleManifest(Guid titleId, Guid bundleId) =>
        Join("bundles", titleId, null, BundleName + KeyId.Format(bundleId) + ManifestSuffix);

    /// <summary><c>artwork/title/{title_id}/[{episode_id}/]{path}</c></summary>
    public static StorageKey Artwork(Guid titleId, Guid? episodeId, RelativePath path) =>
        Join("artwork/title", titleId, episodeId, path.Value);

    /// <summary><c>subs/title/{title_id}/[{episode_id}/]{path}</c></summary>
    public static StorageKey Subtitle(Guid titleId, Guid? episodeId, RelativePath path) =>
        Join("subs/title", titleId, episodeId, path.Value);

    private static string Season(int season)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(season);
        return season.ToString("'S'00", CultureInfo.InvariantCulture);
    }

    private static StorageKey Join(string root, Guid titleId, Guid? episodeId, string rest) =>
        StorageKey.Parse(episodeId is { } episode
            ? $"{root}/{KeyId.Format(titleId)}/{KeyId.Format(episode)}/{rest}"
            : $"{root}/{KeyId.Format(titleId)}/{rest}");
}
