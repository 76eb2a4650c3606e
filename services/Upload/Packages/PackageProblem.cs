using System.Globalization;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Upload.Packages;

/// <summary>How callers are told of files: the first paths, and how many there are.</summary>
internal static class PackageProblem
{
    private const int MaxNamed = 5;

    /// <summary>The error for objects that are not what was declared.</summary>
    public static RpcException Incomplete(PackageComparison comparison) => Incomplete(
        ("missing", "not in the bucket", comparison.Missing.Select(file => file.Path), comparison.Missing.Count),
        ("wrong_size", "of another size", Paths(comparison.WrongSize), comparison.WrongSize.Count),
        ("wrong_checksum", "of other bytes", Paths(comparison.WrongChecksum), comparison.WrongChecksum.Count),
        ("wrong_headers", $"with another {comparison.WrongHeader} than was signed", Paths(comparison.WrongHeaders), comparison.WrongHeaders.Count),
        ("undeclared", "in the bucket and not declared", comparison.Undeclared, comparison.UndeclaredCount));

    /// <summary>The error for a package without files.</summary>
    public static RpcException Empty() => RpcErrors.Of(ErrorReason.PackageIncomplete, retryAfter: null, (RpcErrors.Detail, "no file is declared"));

    /// <summary>The error for files that are declared otherwise.</summary>
    public static RpcException Exists(IReadOnlyList<string> paths, long count) => RpcErrors.Of(
        ErrorReason.PackageFileExists,
        retryAfter: null,
        ("paths", string.Join(',', paths)),
        ("count", Plain(count)),
        (RpcErrors.Detail, $"declared with other facts, or in another case: {Named(paths, count)}"));

    /// <summary>The error for too many files.</summary>
    public static RpcException Full(long count) => RpcErrors.Of(
        ErrorReason.PackageFull,
        retryAfter: null,
        ("count", Plain(count)),
        (RpcErrors.Detail, string.Create(CultureInfo.InvariantCulture, $"there would be {count:N0}")));

    private static RpcException Incomplete(params ReadOnlySpan<(string Name, string Words, IEnumerable<string> Paths, int Count)> groups)
    {
        var metadata = new List<(string Name, string Value)>();
        var clauses = new List<string>();
        foreach (var (name, words, paths, count) in groups)
        {
            if (count > 0)
            {
                var first = paths.Take(PackageComparison.MaxUndeclared).ToList();
                metadata.Add((name, string.Join(',', first)));
                metadata.Add(($"{name}_count", Plain(count)));
                clauses.Add($"{words}: {Named(first, count)}");
            }
        }

        metadata.Add((RpcErrors.Detail, string.Join("; ", clauses)));
        return RpcErrors.Of(ErrorReason.PackageIncomplete, retryAfter: null, [.. metadata]);
    }

    private static string Named(IReadOnlyList<string> paths, long count)
    {
        var first = string.Join(", ", paths.Take(MaxNamed));
        return count > MaxNamed ? string.Create(CultureInfo.InvariantCulture, $"{first} and {count - MaxNamed:N0} more") : first;
    }

    private static IEnumerable<string> Paths(IEnumerable<PresentFile> files) => files.Select(file => file.File.Path);

    private static string Plain(long number) => number.ToString(CultureInfo.InvariantCulture);
}
