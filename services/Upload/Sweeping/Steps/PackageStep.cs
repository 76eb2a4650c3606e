using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Upload.Packages;

namespace MoviesNow.Upload.Sweeping.Steps;

/// <summary>
/// Ends HLS packages past their deadline, finishes what a crash left half done, and removes what is below the prefixes of packages that are
/// closed or superseded. Safe after a pause: rows change under the fence, objects are removed in transactions that hold it, and they lie below a
/// prefix that no other package ever has.
/// </summary>
internal sealed class PackageStep(IOptions<SweepOptions> options) : ISweepStep
{
    private const int Batch = 1_000;

    public string Name => "packages";

    public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (packages, closer, finalizer) = (run.Parts.Packages, run.Parts.PackageCloser, run.Parts.PackageFinalizer);
        foreach (var package in await packages.ListPastDeadlineAsync(Batch, cancellationToken))
        {
            yield return Item(run, SweepEffect.ExpiredUpload, package, async token => await closer.ExpireAsync(package, token) is not null);
        }

        foreach (var package in await packages.ListUnfinishedAsync(options.Value.Grace, Batch, cancellationToken))
        {
            yield return package.Phase is PackagePhase.Recording
                ? Item(run, SweepEffect.CompletedUpload, package, async token => await finalizer.FinishAsync(package, token) is not null, bytes: 0)
                : Item(run, SweepEffect.DeletedObject, package, async token => await closer.CloseAsync(package, token) is not null);
        }

        foreach (var package in await packages.ListUnclearedAsync(Batch, cancellationToken))
        {
            yield return Item(run, SweepEffect.ClearedUpload, package, token => closer.ClearAsync(package, token));
        }
    }

    // What was declared is what it gives back at most: nobody counts what was sent of it.
    private static SweepItem Item(SweepRun run, SweepEffect effect, PackageSession package, Func<CancellationToken, Task<bool>> change, long? bytes = null) =>
        new(effect, Position: null, async token => run.IsDryRun || await change(token) ? bytes ?? package.TotalBytes : null);
}
