using Microsoft.Extensions.Options;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Packages;

/// <summary>
/// Ends packages that are given up: first the row says so, which no finalisation can overtake, and no URL is signed any more; then the
/// objects below the prefix are removed; then the row is closed. Whatever fails or crashes between is continued by repeating the call, or by
/// the sweeper. The prefix is never used again, so removing may be repeated at any time.
/// </summary>
internal sealed class PackageCloser(
    PackageStore store, PackageSweepStore sweeps, IObjectStore objects, PackageTelemetry telemetry, IOptions<PackageOptions> options)
{
    // So few that a transaction which is open meanwhile is short.
    private const int Batch = 500;

    /// <summary>Ends a pending package past its deadline.</summary>
    /// <returns>The closed package; null when another call changed it meanwhile.</returns>
    public async Task<PackageSession?> ExpireAsync(PackageSession package, CancellationToken cancellationToken) =>
        await store.BeginClosingAsync(package.Id, PackagePhase.Expired, cancellationToken) is { } closing
            ? await CloseAsync(closing, cancellationToken)
            : null;

    /// <summary>Removes what is in the bucket of a closing package, and closes it.</summary>
    /// <returns>The closed package; null when another call closed it meanwhile.</returns>
    public async Task<PackageSession?> CloseAsync(PackageSession closing, CancellationToken cancellationToken)
    {
        await RemoveAsync(closing, cancellationToken);
        Failpoints.Reach(Failpoint.PackageRemoved);
        var closed = await store.CloseAsync(closing.Id, cancellationToken);
        if (closed is not null)
        {
            telemetry.Closed(closed);
        }

        return closed;
    }

    /// <summary>Removes what late PUTs of a closed package left, or all of a superseded one, when nothing can write there any more.</summary>
    /// <returns>Whether the package is cleared for good.</returns>
    public async Task<bool> ClearAsync(PackageSession closed, CancellationToken cancellationToken)
    {
        await RemoveAsync(closed, cancellationToken);
        return await sweeps.MarkClearedAsync(closed.Id, cancellationToken);
    }

    private async Task RemoveAsync(PackageSession package, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = cancellationToken };
        await foreach (var batch in objects.ListAsync(package.Prefix, cancellationToken).Chunk(Batch).WithCancellation(cancellationToken))
        {
            await sweeps.RemoveAsync(() => Parallel.ForEachAsync(batch, parallel, RemoveAsync), cancellationToken);
        }
    }

    private async ValueTask RemoveAsync(ListedObject found, CancellationToken cancellationToken)
    {
        // A name that no key can have was not written by this system, and is left to who wrote it.
        if (found.Key is not null)
        {
            await objects.DeleteAsync(found.Key, cancellationToken);
            telemetry.Reclaimed(found.Size);
        }
    }
}
