using Microsoft.Extensions.Options;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Packages;

/// <summary>
/// Checks that the bucket has every declared file of a package and no other object below its prefix. Storage that verifies checksums let
/// nothing in by the URLs but what they were signed for, so a listing is enough, with a look at some objects. Elsewhere each object is read
/// once; what was read is remembered, so that a repeated call goes on where the one before ended.
/// </summary>
internal sealed class PackageVerifier(
    PackageFileStore files, IObjectStore objects, ObjectHasher hasher, PackageObjectCheck check, PackageTelemetry telemetry, IOptions<PackageOptions> options)
{
    private const int RememberEvery = 100;

    /// <summary>Checks the objects.</summary>
    /// <returns>The declared files by path.</returns>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION <c>PACKAGE_INCOMPLETE</c>.</exception>
    public async Task<IReadOnlyDictionary<string, DeclaredFile>> VerifyAsync(PackageSession package, CancellationToken cancellationToken)
    {
        var declared = await files.AllAsync(package.Id, cancellationToken);
        if (declared.Count == 0)
        {
            throw PackageProblem.Empty();
        }

        var comparison = await PackageComparison.OfAsync(objects, package.Prefix, declared, cancellationToken);
        if (comparison.IsExact)
        {
            await check.InspectAsync(package, declared, comparison, cancellationToken);
        }

        if (comparison.IsExact && !objects.Capabilities.Checksums)
        {
            await ReadAsync(package, comparison, cancellationToken);
        }

        if (!comparison.IsExact)
        {
            telemetry.Rejected();
            throw PackageProblem.Incomplete(comparison);
        }

        return declared.ToDictionary(file => file.Path, StringComparer.Ordinal);
    }

    /// <summary>Reads the objects that were not read before, and moves those with another digest.</summary>
    private async Task ReadAsync(PackageSession package, PackageComparison comparison, CancellationToken cancellationToken)
    {
        var unread = comparison.Present.Where(present => !string.Equals(present.ETag, present.File.CheckedETag, StringComparison.Ordinal));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = cancellationToken };
        foreach (var batch in unread.ToList().Chunk(RememberEvery))
        {
            var verdicts = new (string Path, string? Checked, string? Rejected)[batch.Length];
            try
            {
                await Parallel.ForEachAsync(batch.Index(), parallel, async (present, token) =>
                {
                    var (file, etag) = present.Item;
                    var hashed = await hasher.HashAsync(package.KeyOf(file.Path), etag, token);
                    var isRight = hashed is not null && hashed.Sha256 == Sha256Digest.FromBytes(file.Sha256);
                    verdicts[present.Index] = (file.Path, isRight ? etag : null, isRight || hashed is null ? null : etag);
                });
            }
            finally
            {
                // Also what was read before the call was cut short.
                await files.RememberAsync(package.Id, [.. verdicts.Where(verdict => verdict.Path is not null)], CancellationToken.None);
            }

            foreach (var (present, verdict) in batch.Zip(verdicts).Where(pair => pair.Second.Checked is null))
            {
                if (verdict.Rejected is null)
                {
                    comparison.Missing.Add(present.File);
                }
                else
                {
                    comparison.WrongChecksum.Add(present);
                }
            }
        }
    }
}
