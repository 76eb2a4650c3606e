using System.Globalization;
using Google.Protobuf.Collections;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Packages;

/// <summary>The rules of what requests say of a package's files.</summary>
internal static class PackageChecks
{
    /// <summary>The most files of one call.</summary>
    public const int MaxBatch = 1_000;

    private const long MaxFile = 5L << 30;

    /// <summary>The files of a declaration; they mean something only when the check has no violations.</summary>
    public static List<DeclaredFile> Files(RequestCheck check, RepeatedField<PackageFile> files)
    {
        check.Require(files.Count is >= 1 and <= MaxBatch, "files", "must be 1 to 1,000");
        var read = new List<DeclaredFile>(files.Count);
        var seen = new Dictionary<string, PackageFile>(StringComparer.OrdinalIgnoreCase);
        foreach (var (i, file) in files.Take(MaxBatch).Index())
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"files[{i}]");
            Path(check, $"{field}.path", file.Path);
            check.Range($"{field}.size_bytes", file.SizeBytes, 1, MaxFile);
            check.Sha256($"{field}.sha256", file.Sha256);
            check.Require(
                seen.TryAdd(file.Path, file) || seen[file.Path].Equals(file), $"{field}.path", "must not be that of another file, in whatever case");
            if (check.Violations.Count == 0)
            {
                read.Add(new DeclaredFile(file.Path, file.SizeBytes, Convert.FromHexString(file.Sha256)));
            }
        }

        return read;
    }

    /// <summary>The paths of a request; they may still not be declared.</summary>
    public static void Paths(RequestCheck check, RepeatedField<string> paths)
    {
        check.Require(paths.Count <= MaxBatch, "paths", "must be at most 1,000");
        check.Require(paths.Distinct(StringComparer.Ordinal).Count() == paths.Count, "paths", "must not have duplicates");
    }

    private static void Path(RequestCheck check, string field, string path)
    {
        if (!check.Require(RelativePath.TryParse(path, out var normal, out var violation), field, violation ?? "is malformed"))
        {
            return;
        }

        check.Require(path.Length <= StorageLayout.MaxPackagePath, field, $"must be at most {StorageLayout.MaxPackagePath} bytes");
        check.Require(string.Equals(normal!.Value, path, StringComparison.Ordinal), field, "must not have a leading or repeated slash");
        check.Require(
            PackageFileTypes.TypeOf(path) is not null, field, $"must have one of the extensions {string.Join(' ', PackageFileTypes.Extensions)}");
    }
}
