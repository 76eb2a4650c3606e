using System.Security.Cryptography;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Bundles;

/// <summary>
/// Stores manifests beside their ZIPs. The object comes first, then the catalogue's record of it. Until that, nobody was told of the
/// object: it is left over from a call that failed, and gives way. A recorded manifest stays for as long as its bundle does.
/// </summary>
internal sealed class ManifestUploader(
    CatalogGateway catalog,
    ManifestCatalog manifests,
    BundleHold hold,
    IObjectStore objects,
    ObjectHasher hasher,
    ZipInspector zips,
    ZipHasher hashes,
    SharedReads<IReadOnlyDictionary<string, Sha256Digest?>> reads)
{
    private const string ContentType = "application/json";

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Checks a manifest, stores and records it.</summary>
    /// <returns>The bundle with its manifest.</returns>
    /// <exception cref="RpcException">As the contract says of UploadBundleManifest.</exception>
    public async Task<Bundle> UploadAsync(Guid bundleId, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        var bundle = await catalog.GetBundleAsync(bundleId, cancellationToken);
        var key = KeyOf(bundle);
        var (manifest, problem) = ManifestReader.Read(json);
        if (problem is not null)
        {
            throw Refused(problem);
        }

        // Reading a large ZIP takes minutes: the bundle is held only afterwards, and only if its ZIP is still the same.
        var zip = await CheckAsync(bundle, manifest!, cancellationToken);
        return await hold.WhileUploadedAsync(bundleId, StoreAsync, cancellationToken) ?? throw InvalidState("it is being deleted");

        async Task<Bundle> StoreAsync()
        {
            bundle = await catalog.GetBundleAsync(bundleId, cancellationToken);
            KeyOf(bundle);
            if ((await objects.HeadAsync(zip.Key, cancellationToken))?.ETag != zip.ETag)
            {
                throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
            }

            await PutAsync(bundle, key, json, cancellationToken);
            Failpoints.Reach(Failpoint.ManifestStored);
            return await RecordAsync(bundle, key, cancellationToken);
        }
    }

    /// <summary>The key of a bundle's manifest, which may be uploaded now.</summary>
    private static StorageKey KeyOf(Bundle bundle)
    {
        if (bundle.State is not (BundleState.Verified or BundleState.Published))
        {
            throw InvalidState($"it is {bundle.State.ToString().ToUpperInvariant()}");
        }

        return BundleKeys.ManifestOf(StorageKey.Parse(bundle.StorageKey)) ?? throw InvalidState("bundles of extras have no manifest");
    }

    private async Task<StoredObject> CheckAsync(Bundle bundle, BundleManifest manifest, CancellationToken cancellationToken)
    {
        var found = await objects.HeadAsync(StorageKey.Parse(bundle.StorageKey), cancellationToken) ?? throw RpcErrors.Of(ErrorReason.ObjectMissing);
        var verdict = await zips.InspectAsync(found, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
        if (verdict.Problem is { } damage)
        {
            throw RpcErrors.Of(ErrorReason.ZipUnreadable, retryAfter: null, ZipRefusal.Tell(damage));
        }

        var namesEpisodes = manifest.Entries.Any(entry => entry.EpisodeId is not null);
        var episodes = namesEpisodes ? await manifests.EpisodesAsync(bundle, cancellationToken) : new HashSet<Guid>();
        if (ManifestRules.Violation(manifest, Guid.Parse(bundle.Id), verdict.Entries, episodes) is { } problem)
        {
            throw Refused(problem);
        }

        var digests = await reads.OfAsync(found, token => hashes.HashAsync(found, verdict.Entries, token), cancellationToken)
            ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
        return ManifestRules.Violation(manifest, digests) is { } mismatch ? throw Refused(mismatch) : found;
    }

    private async Task PutAsync(Bundle bundle, StorageKey key, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        var digest = Sha256Digest.FromBytes(SHA256.HashData(json.Span));
        if (await hasher.HashAsync(key, ifETag: null, cancellationToken) is { } stored)
        {
            if (stored.Sha256 == digest)
            {
                return;
            }

            if (bundle.ManifestKey.Length > 0)
            {
                throw RpcErrors.Of(ErrorReason.ObjectExists);
            }

            await objects.DeleteAsync(key, cancellationToken);
        }

        using var content = new MemoryStream(json.ToArray(), writable: false);
        var headers = new ObjectHeaders { ContentType = ContentType, CacheControl = ContentTypes.CacheControl(ContentType) };
        var outcome = await objects.PutAsync(key, content, json.Length, digest, headers, cancellationToken);
        if (outcome.Status is not PutStatus.Stored)
        {
            throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
        }
    }

    private async Task<Bundle> RecordAsync(Bundle bundle, StorageKey key, CancellationToken cancellationToken)
    {
        try
        {
            // Whoever deleted or replaced it meanwhile, the caller may try again.
            var stored = await objects.HeadAsync(key, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
            return await manifests.RecordAsync(bundle, stored, cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
        {
            // It has expired meanwhile.
            await objects.DeleteAsync(key, cancellationToken);
            throw;
        }
    }

    private static RpcException InvalidState(string detail) => RpcErrors.Of(ErrorReason.InvalidState, retryAfter: null, (RpcErrors.Detail, detail));

    private static RpcException Refused(ManifestProblem problem)
    {
        var entry = problem.Entry is null ? null : PrintableText.Of(problem.Entry, ZipRefusal.MaxEntry);
        return entry is null
            ? RpcErrors.Of(ErrorReason.ManifestInvalid, retryAfter: null, ("rule", problem.Rule), (RpcErrors.Detail, problem.Detail))
            : RpcErrors.Of(
                ErrorReason.ManifestInvalid, retryAfter: null, ("rule", problem.Rule), ("entry", entry), (RpcErrors.Detail, $"\"{entry}\" {problem.Detail}"));
    }
}
