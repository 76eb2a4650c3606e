using MoviesNow.Storage;

namespace MoviesNow.Upload.Packages;

/// <summary>What the bucket has of a package, by one listing of its prefix, against what was declared.</summary>
internal sealed class PackageComparison
{
    /// <summary>The most undeclared names that are kept.</summary>
    public const int MaxUndeclared = 20;

    private PackageComparison()
    {
    }

    /// <summary>Files that are not in the bucket, by path.</summary>
    public List<DeclaredFile> Missing { get; } = [];

    /// <summary>Files whose object has another size than was declared, by path.</summary>
    public List<DeclaredFile> WrongSize { get; } = [];

    /// <summary>Files whose object was read and has another digest, by path.</summary>
    public List<DeclaredFile> WrongChecksum { get; } = [];

    /// <summary>Files whose object has the declared size and is not known to be wrong, with its ETag, by path.</summary>
    public List<(DeclaredFile File, string ETag)> Present { get; } = [];

    /// <summary>How many objects are not declared.</summary>
    public int UndeclaredCount { get; private set; }

    /// <summary>The names of the first of them, below the prefix.</summary>
    public List<string> Undeclared { get; } = [];

    /// <summary>Whether every file is there, and nothing else.</summary>
    public bool IsExact => Missing.Count + WrongSize.Count + WrongChecksum.Count + UndeclaredCount == 0;

    /// <summary>Lists the prefix and compares.</summary>
    public static async Task<PackageComparison> OfAsync(
        IObjectStore objects, string prefix, IReadOnlyList<DeclaredFile> declared, CancellationToken cancellationToken)
    {
        var comparison = new PackageComparison();
        var found = new Dictionary<string, (long Size, string ETag)>(declared.Count, StringComparer.Ordinal);
        var names = declared.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        await foreach (var listed in objects.ListAsync(prefix, cancellationToken))
        {
            var name = listed.RawKey[prefix.Length..];
            if (names.Contains(name))
            {
                found[name] = (listed.Size, listed.ETag);
            }
            else
            {
                comparison.AddUndeclared(name);
            }
        }

        foreach (var file in declared)
        {
            comparison.Sort(file, found.TryGetValue(file.Path, out var stored) ? stored : null);
        }

        return comparison;
    }

    private void AddUndeclared(string name)
    {
        UndeclaredCount++;
        if (Undeclared.Count < MaxUndeclared)
        {
            Undeclared.Add(name);
        }
    }

    private void Sort(DeclaredFile file, (long Size, string ETag)? stored)
    {
        if (stored is not var (size, etag))
        {
            Missing.Add(file);
        }
        else if (size != file.Size)
        {
            WrongSize.Add(file);
        }
        else if (string.Equals(etag, file.RejectedETag, StringComparison.Ordinal))
        {
            WrongChecksum.Add(file);
        }
        else
        {
            Present.Add((file, etag));
        }
    }
}
