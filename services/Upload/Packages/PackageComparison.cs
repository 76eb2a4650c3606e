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
    public List<PresentFile> WrongSize { get; } = [];

    /// <summary>Files whose object is known to have another digest, by path.</summary>
    public List<PresentFile> WrongChecksum { get; } = [];

    /// <summary>Files whose object carries other headers than were signed, by path.</summary>
    public List<PresentFile> WrongHeaders { get; } = [];

    /// <summary>The first header that differs of the first of them; null when there is none.</summary>
    public string? WrongHeader { get; private set; }

    /// <summary>Files whose object has the declared size, and was not known to be wrong when it was listed, by path.</summary>
    public List<PresentFile> Present { get; } = [];

    /// <summary>How many objects are not declared.</summary>
    public int UndeclaredCount { get; private set; }

    /// <summary>The names of the first of them, below the prefix.</summary>
    public List<string> Undeclared { get; } = [];

    /// <summary>Whether every file is there, and nothing else.</summary>
    public bool IsExact => Missing.Count + WrongSize.Count + WrongChecksum.Count + WrongHeaders.Count + UndeclaredCount == 0;

    /// <summary>The objects that are not what was declared, and stand in the way of those that are.</summary>
    public IEnumerable<PresentFile> Wrong => [.. WrongSize, .. WrongChecksum, .. WrongHeaders];

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

    /// <summary>Adds a file whose object carries another header than was signed.</summary>
    public void AddWrongHeader(PresentFile file, string header)
    {
        WrongHeader ??= header;
        WrongHeaders.Add(file);
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
            WrongSize.Add(new(file, etag));
        }
        else if (string.Equals(etag, file.RejectedETag, StringComparison.Ordinal))
        {
            WrongChecksum.Add(new(file, etag));
        }
        else
        {
            Present.Add(new(file, etag));
        }
    }
}

/// <summary>A declared file with the ETag of the object at its key.</summary>
internal sealed record PresentFile(DeclaredFile File, string ETag);
