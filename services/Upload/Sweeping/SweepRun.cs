using MoviesNow.Upload.Packages;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping;

/// <summary>A sweep that is under way.</summary>
internal sealed class SweepRun(SweepFence fence, SweepParts parts, bool isDryRun, DateTimeOffset now)
{
    private readonly Dictionary<SweepEffect, int> _counts = [];

    /// <summary>The right to keep books of the sweep itself, also in a dry run.</summary>
    public SweepFence Fence => fence;

    /// <summary>What changes uploads under the fence of the sweep; in a dry run they refuse every change.</summary>
    public SweepParts Parts => parts;

    public bool IsDryRun => isDryRun;

    /// <summary>When it began, UTC.</summary>
    public DateTimeOffset Now => now;

    public long ReclaimedBytes { get; private set; }

    public int Failures { get; private set; }

    /// <summary>Whether every step came to its end.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Whether it ended without failures.</summary>
    public bool IsSuccess { get; set; }

    public int CountOf(SweepEffect effect) => _counts.GetValueOrDefault(effect);

    public void Count(SweepEffect effect, int number, long bytes)
    {
        _counts[effect] = CountOf(effect) + number;
        ReclaimedBytes += bytes;
    }

    public void CountFailure() => Failures++;
}

/// <summary>The parts of the service that change uploads, for one sweep: all their changes are under its fence.</summary>
internal sealed record SweepParts(
    UploadStore Store,
    ObjectOwnership Ownership,
    UploadCloser Closer,
    LostObjects Lost,
    UploadFinalizer Finalizer,
    PackageSweepStore Packages,
    PackageCloser PackageCloser,
    PackageFinalizer PackageFinalizer)
{
    public static SweepParts Of(IServiceProvider services, SweepFence fence, TimeProvider time)
    {
        var store = ActivatorUtilities.CreateInstance<UploadStore>(services, fence, time);
        var ownership = ActivatorUtilities.CreateInstance<ObjectOwnership>(services, store);
        var restarter = ActivatorUtilities.CreateInstance<UploadRestarter>(services, store, ownership, time);
        var completer = ActivatorUtilities.CreateInstance<Multipart.MultipartCompleter>(services, ownership, restarter, time);
        var verifier = ActivatorUtilities.CreateInstance<ObjectVerifier>(services, store, ownership, restarter);
        var closer = ActivatorUtilities.CreateInstance<UploadCloser>(services, store, ownership, time);
        var packages = ActivatorUtilities.CreateInstance<PackageStore>(services, fence, time);
        var packageSweeps = ActivatorUtilities.CreateInstance<PackageSweepStore>(services, fence, time);
        return new(
            store,
            ownership,
            closer,
            ActivatorUtilities.CreateInstance<LostObjects>(services, store, closer, time),
            ActivatorUtilities.CreateInstance<UploadFinalizer>(services, store, completer, verifier, time),
            packageSweeps,
            ActivatorUtilities.CreateInstance<PackageCloser>(services, packages, packageSweeps),
            ActivatorUtilities.CreateInstance<PackageFinalizer>(services, packages, time));
    }
}
