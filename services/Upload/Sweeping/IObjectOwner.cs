using MoviesNow.Storage;

namespace MoviesNow.Upload.Sweeping;

/// <summary>Knows objects that are no orphans, besides those of open uploads.</summary>
internal interface IObjectOwner
{
    /// <summary>Which of these keys it does not know.</summary>
    /// <param name="keys">Keys of the layout, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlySet<string>> UnknownAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken);
}

/// <summary>The rows of the catalogue.</summary>
internal sealed class CatalogOwner(SweepCatalog catalog) : IObjectOwner
{
    public Task<IReadOnlySet<string>> UnknownAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken) =>
        catalog.UnknownAsync(keys.Select(key => key.Value), cancellationToken);
}
