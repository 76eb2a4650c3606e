using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Packages;

/// <summary>
/// Says what of a package is missing, by asking storage: neither side's memory of it is trusted. Objects that are not what was declared would
/// block their file for ever where storage never overwrites, so they are removed.
/// </summary>
internal sealed class PackageResumer(
    PackageStore store,
    PackageFileStore files,
    PackageUrls urls,
    PackageObjectCheck check,
    IObjectStore objects,
    IOptions<PackageOptions> options,
    TimeProvider time)
{
    private const int Attempts = 5;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>What is missing, with fresh requests for the first files.</summary>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION <c>INVALID_STATE</c> or <c>UPLOAD_EXPIRED</c>.</exception>
    public async Task<ResumePackageResponse> ResumeAsync(Guid id, int maxFiles, CancellationToken cancellationToken)
    {
        // More than one round only when another call removes objects at the same time: what was listed before does not count then.
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var package = await store.FindSettledAsync(id, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.PackageNotFound);
            if (package.Phase is PackagePhase.Recording)
            {
                return new ResumePackageResponse { Package = package.ToMessage(), FilesComplete = true };
            }

            PackageRules.RequirePending(package, time.GetUtcNow());
            var declared = await files.AllAsync(id, cancellationToken);
            var comparison = await PackageComparison.OfAsync(objects, package.Prefix, declared, cancellationToken);
            await check.InspectAsync(package, declared, comparison, cancellationToken);
            if (await TryRemoveAsync(package, [.. comparison.Wrong], cancellationToken))
            {
                return await AnswerAsync(package, declared.Count, comparison, maxFiles, cancellationToken);
            }
        }

        throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
    }

    private async Task<ResumePackageResponse> AnswerAsync(
        PackageSession package, int declared, PackageComparison comparison, int maxFiles, CancellationToken cancellationToken)
    {
        var wrong = comparison.Wrong.Select(file => file.File).ToList();
        var missing = comparison.Missing.Concat(wrong).OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        return new ResumePackageResponse
        {
            Package = package.ToMessage(),
            FilesComplete = declared > 0 && missing.Count == 0,
            MissingFileCount = missing.Count,
            MissingBytes = missing.Sum(file => file.Size),
            RemovedObjectCount = wrong.Count,
            UndeclaredObjectCount = comparison.UndeclaredCount,
            UndeclaredPaths = { comparison.Undeclared },
            MissingFiles = { await urls.SignAsync(package, [.. missing.Take(maxFiles)], cancellationToken) },
        };
    }

    /// <summary>Removes the objects that were listed, and no others.</summary>
    /// <returns>False when something else is there by now, or others were removed since the listing.</returns>
    private async Task<bool> TryRemoveAsync(PackageSession package, IReadOnlyCollection<PresentFile> wrong, CancellationToken cancellationToken)
    {
        if (wrong.Count == 0)
        {
            return true;
        }

        var replaced = 0;
        var removed = await store.RemoveAsync(
            package,
            token => Parallel.ForEachAsync(
                wrong,
                new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = token },
                async (file, stop) =>
                {
                    if (!await objects.DeleteAsync(package.KeyOf(file.File.Path), file.ETag, stop))
                    {
                        Interlocked.Increment(ref replaced);
                    }
                }),
            cancellationToken);
        if (!removed)
        {
            return false;
        }

        await files.RememberAsync(
            package.Id, [.. wrong.Select(file => (file.File.Path, (string?)null, (string?)null))], cancellationToken);
        return replaced == 0;
    }
}
