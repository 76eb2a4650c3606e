using System.Globalization;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Bundles;

/// <summary>What a manifest must say, given its bundle and the directory of its ZIP.</summary>
internal static class ManifestRules
{
    /// <summary>The first rule that is broken; null when all are kept.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="bundleId">The bundle that it is uploaded for.</param>
    /// <param name="zip">The directory of the ZIP.</param>
    /// <param name="episodes">The episodes that entries may belong to.</param>
    public static ManifestProblem? Violation(BundleManifest manifest, Guid bundleId, IReadOnlyList<ZipFileEntry> zip, IReadOnlySet<Guid> episodes)
    {
        if (manifest.BundleId is { } named && named != bundleId)
        {
            return new ManifestProblem("OTHER_BUNDLE", "it is the manifest of another bundle");
        }

        var files = zip.Where(entry => !entry.IsFolder).ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in manifest.Entries)
        {
            if (!listed.Add(entry.Path))
            {
                return new ManifestProblem("DUPLICATE_ENTRY", "is listed twice", entry.Path);
            }

            if (!files.TryGetValue(entry.Path, out var file))
            {
                return new ManifestProblem("UNKNOWN_ENTRY", "is no file of the ZIP", entry.Path);
            }

            if (file.Size != entry.Size)
            {
                var sizes = string.Create(CultureInfo.InvariantCulture, $"has {file.Size:N0} bytes in the ZIP, {entry.Size:N0} in the manifest");
                return new ManifestProblem("SIZE_MISMATCH", sizes, entry.Path);
            }

            if (entry.EpisodeId is { } episode && !episodes.Contains(episode))
            {
                return new ManifestProblem("UNKNOWN_EPISODE", "names an episode that is not in the bundle", entry.Path);
            }
        }

        return files.Keys.FirstOrDefault(path => !listed.Contains(path)) is { } missing
            ? new ManifestProblem("MISSING_ENTRY", "is a file of the ZIP that is not listed", missing)
            : null;
    }

    /// <summary>The first file whose digest is another than the manifest says; null when all are right.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="digests">What was read; null for a file that cannot be unpacked.</param>
    public static ManifestProblem? Violation(BundleManifest manifest, IReadOnlyDictionary<string, Sha256Digest?> digests)
    {
        foreach (var entry in manifest.Entries)
        {
            if (digests[entry.Path] is not { } digest)
            {
                return new ManifestProblem("SHA256_MISMATCH", "cannot be unpacked", entry.Path);
            }

            if (!string.Equals(digest.Hex, entry.Sha256, StringComparison.Ordinal))
            {
                return new ManifestProblem("SHA256_MISMATCH", $"has SHA-256 {digest.Hex} in the ZIP", entry.Path);
            }
        }

        return null;
    }
}
