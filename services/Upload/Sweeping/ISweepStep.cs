namespace MoviesNow.Upload.Sweeping;

/// <summary>
/// One kind of housekeeping. The sweeper gives each step a share of its time, does what the step finds one by one, counts it, and goes on
/// after what fails. A step that runs out of time goes on with the next sweep.
/// </summary>
internal interface ISweepStep
{
    /// <summary>Name of the step, in metrics and in the table of positions.</summary>
    string Name { get; }

    /// <summary>Finds what there may be to do, in bounded batches as it is consumed, without changing anything.</summary>
    /// <param name="run">The sweep.</param>
    /// <param name="position">The position of the last item that an earlier sweep did; empty to begin anew.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, CancellationToken cancellationToken);
}

/// <summary>Something that there may be to do.</summary>
/// <param name="Effect">What it is counted as.</param>
/// <param name="Position">Where the step goes on after it; null when it always begins anew.</param>
/// <param name="DoAsync">
/// Looks closer and does it; in a dry run it only looks. Returns the bytes given back, or null when there was nothing to do. It is safe to
/// repeat, and what it changes is changed through <see cref="SweepRun.Parts"/>, under the fence of the sweep.
/// </param>
internal sealed record SweepItem(SweepEffect Effect, string? Position, Func<CancellationToken, Task<long?>> DoAsync);

/// <summary>What a sweep does, as it is counted.</summary>
internal enum SweepEffect
{
    AbortedMultipart,
    ExpiredUpload,
    PurgedBundle,
    DeletedObject,
    CompletedUpload,
    ClearedUpload,
    LostObject,
    DeletedOrphan,
    OrphanObject,
    OrphanRow,
}
