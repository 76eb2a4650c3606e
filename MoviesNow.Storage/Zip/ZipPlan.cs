using System.Text;

namespace MoviesNow.Storage;

/// <summary>Tells before a ZIP is written whether it could keep the rules: as far as they are about names, numbers and sizes of its files.</summary>
public static class ZipPlan
{
    /// <summary>The first rule that a ZIP with these files, stored, would break; null when it would keep them.</summary>
    /// <param name="files">Path and size of each; folders are not among them.</param>
    /// <param name="limits">What a ZIP may unpack to.</param>
    public static ZipProblem? Violation(IReadOnlyCollection<(string Path, long Size)> files, ZipLimits limits)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(limits);
        try
        {
            Check(files, limits);
            return null;
        }
        catch (UnreadableZipException exception)
        {
            return exception.Problem;
        }
    }

    private static void Check(IReadOnlyCollection<(string Path, long Size)> files, ZipLimits limits)
    {
        if (files.Count == 0)
            throw ZipRule.NoEntries.BrokenBy();
        if (files.Count > ZipInspector.MaxEntries)
            throw ZipRule.TooManyEntries.Exceeded(files.Count, ZipInspector.MaxEntries);

        Int128 size = 0;
        var paths = new HashSet<string>(files.Count, ZipContents.Paths);
        foreach (var file in files)
        {
            ZipEntryRules.CheckPath(file.Path, Encoding.UTF8.GetByteCount(file.Path));
            // What a file system holds and UTF-8 does not reads as this character.
            if (file.Path.Contains('\ufffd', StringComparison.Ordinal))
                throw ZipRule.NameEncoding.BrokenBy(entry: file.Path);
            if (!paths.Add(file.Path))
                throw ZipRule.DuplicatePath.BrokenBy(entry: file.Path);
            size += file.Size;
        }

        if (size > limits.MaxUnpackedBytes)
            throw ZipRule.UnpackedSize.Exceeded((long)Int128.Min(size, long.MaxValue), limits.MaxUnpackedBytes);
    }
}
