using MoviesNow.Storage;
using MoviesNow.Upload.Sweeping;

namespace MoviesNow.Upload.Packages;

/// <summary>The rows of packages: what is below the prefix of one that is not cleared yet is its own, declared or not.</summary>
internal sealed class PackageOwner(PackageSweepStore packages) : IObjectOwner
{
    public async Task<IReadOnlySet<string>> UnknownAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken)
    {
        var unknown = keys.Select(key => key.Value).ToHashSet(StringComparer.Ordinal);
        var ids = unknown.Select(StorageLayout.PackageIdOf).OfType<Guid>().Distinct().ToArray();
        foreach (var package in await packages.ListOwnersAsync(ids, cancellationToken))
        {
            unknown.RemoveWhere(key => key.StartsWith(package.Prefix, StringComparison.Ordinal));
        }

        return unknown;
    }
}
