using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Packages;

/// <summary>
/// Looks at what a listing does not show: whether an object carries the package's mark and no header that was not signed, and the digest
/// that storage keeps of it. All playlists are looked at, and so many other files that a client which treats all alike is found out.
/// </summary>
internal sealed class PackageObjectCheck(IObjectStore objects, PackageHeaders headers, IOptions<PackageOptions> options)
{
    /// <summary>Files besides the playlists that are looked at, evenly from the first to the last.</summary>
    public const int Sample = 100;

    /// <summary>Adds what is missing and what is wrong after a closer look.</summary>
    /// <param name="package">The package.</param>
    /// <param name="declared">All of its files, by path: the same files are looked at by each call.</param>
    /// <param name="comparison">The listing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task InspectAsync(
        PackageSession package, IReadOnlyList<DeclaredFile> declared, PackageComparison comparison, CancellationToken cancellationToken)
    {
        var chosen = Chosen(declared);
        var present = comparison.Present.FindAll(file => chosen.Contains(file.File.Path));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = cancellationToken };
        var found = new StoredObject?[present.Count];
        await Parallel.ForEachAsync(present.Index(), parallel, async (file, token) =>
            found[file.Index] = await objects.HeadAsync(package.KeyOf(file.Item.File.Path), token));
        foreach (var (file, stored) in present.Zip(found))
        {
            Judge(package, comparison, file, stored);
        }
    }

    private void Judge(PackageSession package, PackageComparison comparison, PresentFile file, StoredObject? stored)
    {
        if (stored is null || !string.Equals(stored.ETag, file.ETag, StringComparison.Ordinal))
        {
            // It changed since the listing.
            comparison.Missing.Add(file.File);
        }
        else if (SignedHeadersCheck.Difference(stored, headers.Of(package, file.File)) is { } difference)
        {
            comparison.AddWrongHeader(file, difference.Header);
        }
        else if (stored.Sha256 is { } sha256 && sha256 != Sha256Digest.FromBytes(file.File.Sha256))
        {
            comparison.WrongChecksum.Add(file);
        }
    }

    private static HashSet<string> Chosen(IReadOnlyList<DeclaredFile> declared)
    {
        var playlists = declared.Where(file => PackageFileTypes.IsPlaylist(file.Path)).Select(file => file.Path);
        var others = declared.Where(file => !PackageFileTypes.IsPlaylist(file.Path)).ToList();
        var count = Math.Min(Sample, others.Count);
        var sample = Enumerable.Range(0, count).Select(i => others[count == others.Count ? i : (int)((long)i * (others.Count - 1) / (count - 1))].Path);
        return [.. playlists, .. sample];
    }
}
