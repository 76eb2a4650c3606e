using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Packages;

/// <summary>
/// Checks a package and publishes it: pending → recording once every object is what was declared, then the catalogue, then completed, and
/// what it replaces superseded. Each step may be repeated, by this or another replica, so a crash between any two is repaired by repeating
/// the call.
/// </summary>
internal sealed class PackageFinalizer(
    PackageStore store,
    PackageVerifier verifier,
    PackageCatalog catalog,
    PackageTelemetry telemetry,
    IOptions<PackageOptions> options,
    TimeProvider time)
{
    private const int Attempts = 5;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Brings a package to completed, or to superseded when another one overtook it.</summary>
    /// <exception cref="RpcException">The state does not allow it, the objects are not what was declared, or the catalogue refuses.</exception>
    public async Task<PackageSession> FinalizeAsync(Guid id, FinalizePackageRequest request, CancellationToken cancellationToken)
    {
        // More than one round only when another call changes the package in between.
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var package = await store.FindSettledAsync(id, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.PackageNotFound);
            if (package.Phase is PackagePhase.Completed or PackagePhase.Superseded)
            {
                return package;
            }

            var recording = package.Phase is PackagePhase.Recording ? package : await CheckAsync(package, request, cancellationToken);
            if (recording is not null && await FinishAsync(recording, cancellationToken) is { } finished)
            {
                return finished;
            }
        }

        throw RpcErrors.Of(ErrorReason.ConflictRetry, RetryDelay);
    }

    /// <summary>Publishes a package that is recording, by what was noted when its objects were checked.</summary>
    /// <returns>The package; null when another call changed it meanwhile.</returns>
    /// <exception cref="RpcException">The catalogue refuses.</exception>
    public async Task<PackageSession?> FinishAsync(PackageSession recording, CancellationToken cancellationToken)
    {
        try
        {
            Failpoints.Reach(Failpoint.PackageRecording);
            var assetId = await catalog.PublishAsync(recording, cancellationToken);
            Failpoints.Reach(Failpoint.PackagePublished);
            var removeAfter = time.GetUtcNow() + options.Value.SupersededRetention;
            if (assetId is null)
            {
                return await store.SupersedeAsync(recording.Id, removeAfter, cancellationToken);
            }

            var completed = await store.CompleteAsync(recording.Id, assetId.Value, removeAfter, cancellationToken);
            Failpoints.Reach(Failpoint.PackageCompleted);
            if (completed is not null)
            {
                telemetry.Completed(completed);
            }

            return completed;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.InvalidArgument)
        {
            // It will refuse the next time too: pending again, so that the request can be mended, or the package aborted.
            await store.GiveUpRecordingAsync(recording.Id, cancellationToken);
            throw;
        }
    }

    private async Task<PackageSession?> CheckAsync(PackageSession package, FinalizePackageRequest request, CancellationToken cancellationToken)
    {
        PackageRules.RequirePending(package, time.GetUtcNow());
        var files = await verifier.VerifyAsync(package, cancellationToken);
        Failpoints.Reach(Failpoint.PackageVerified);
        return await store.BeginRecordingAsync(package, PackagePublication.Of(package, request, files), cancellationToken);
    }
}
