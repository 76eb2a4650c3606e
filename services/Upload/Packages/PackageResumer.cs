using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Packages;

/// <summary>
/// Says what of a package is missing, by asking storage: neither side's memory of it is trusted. Objects that are not what was declared would
/// block their file for ever where storage never overwrites, so they are removed.
/// </summary>
internal sealed class PackageResumer(
    PackageStore store, PackageFileStore files, PackageUrls urls, IObjectStore objects, IOptions<PackageOptions> options, TimeProvider time)
{
    /// <summary>What is missing, with fresh requests for the first files.</summary>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION <c>INVALID_STATE</c> or <c>UPLOAD_EXPIRED</c>.</exception>
    public async Task<ResumePackageResponse> ResumeAsync(PackageSession package, int maxFiles, CancellationToken cancellationToken)
    {
        var response = new ResumePackageResponse { Package = package.ToMessage() };
        if (package.Phase is PackagePhase.Recording)
        {
            response.FilesComplete = true;
            return response;
        }

        PackageRules.RequirePending(package, time.GetUtcNow());
        var declared = await files.AllAsync(package.Id, cancellationToken);
        var comparison = await PackageComparison.OfAsync(objects, package.Prefix, declared, cancellationToken);
        var wrong = comparison.WrongSize.Concat(comparison.WrongChecksum).ToList();
        if (wrong.Count > 0)
        {
            await RemoveAsync(package, wrong, cancellationToken);
        }

        var missing = comparison.Missing.Concat(wrong).OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        response.FilesComplete = declared.Count > 0 && missing.Count == 0;
        response.MissingFileCount = missing.Count;
        response.MissingBytes = missing.Sum(file => file.Size);
        response.RemovedObjectCount = wrong.Count;
        response.UndeclaredObjectCount = comparison.UndeclaredCount;
        response.UndeclaredPaths.AddRange(comparison.Undeclared);
        response.MissingFiles.AddRange(await urls.SignAsync(package, [.. missing.Take(maxFiles)], cancellationToken));
        return response;
    }

    private async Task RemoveAsync(PackageSession package, List<DeclaredFile> wrong, CancellationToken cancellationToken)
    {
        var removed = await store.RemoveAsync(
            package.Id,
            token => Parallel.ForEachAsync(
                wrong,
                new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = token },
                async (file, stop) => await objects.DeleteAsync(package.KeyOf(file.Path), stop)),
            cancellationToken);
        if (!removed)
        {
            throw PackageRules.Refused(await store.FindAsync(package.Id, cancellationToken) ?? package);
        }

        await files.RememberAsync(
            package.Id, [.. wrong.Select(file => (file.Path, (string?)null, (string?)null))], cancellationToken);
    }
}
