using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Transfer.Batches;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using Npgsql;

namespace MoviesNow.Catalog.Transfer;

/// <summary>
/// One call's work on an import: it alone writes, by a lock. The position, which every batch finds where the one before left it, stands behind
/// the lock.
/// </summary>
/// <param name="alone">The lock.</param>
/// <param name="id">Id of the import.</param>
/// <param name="begun">The import as it is committed.</param>
internal sealed class ImportSession(SessionLock alone, Guid id, Import begun) : IAsyncDisposable
{
    private const int MaxAttempts = 3;

    private readonly NpgsqlConnection _connection = alone.Connection;

    /// <summary>The import as it is committed.</summary>
    public Import Import { get; private set; } = begun;

    /// <summary>
    /// Commits a batch with its position. Rows of it may collide with those of other calls; then it is tried again, and at last line by line,
    /// so that a line that collides whatever is done is rejected alone.
    /// </summary>
    public async Task CommitAsync(ParsedBlock block, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Import = await TryCommitAsync(block, attempt < MaxAttempts, now, cancellationToken);
                return;
            }
            catch (PostgresException exception) when (attempt < MaxAttempts && IsCollision(exception))
            {
            }
        }
    }

    /// <summary>Notes that the file ended.</summary>
    public async Task CompleteAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var import = Import.Clone();
        (import.State, import.UpdateTime) = (ImportState.Completed, now.ToMicroseconds().ToTimestamp());
        await SaveAsync(import, cancellationToken);
        Import = import;
    }

    public ValueTask DisposeAsync() => alone.DisposeAsync();

    private async Task<Import> TryCommitAsync(ParsedBlock block, bool asOne, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        var rejections = block.Rejections.ToList();
        var import = Import.Clone();
        if (asOne)
        {
            await ApplyAsync(import, block, block.Records, rejections, now, cancellationToken);
        }
        else
        {
            await ApplyOneByOneAsync(transaction, import, block, rejections, now, cancellationToken);
        }

        await WriteRejectionsAsync(rejections, cancellationToken);
        import.RejectedCount += rejections.Count;
        import.SkippedCount += block.Skipped;
        (import.CommittedBytes, import.CommittedLines) = (block.Lines.EndByte, block.Lines.EndLine);
        (import.State, import.UpdateTime) = (ImportState.Incomplete, now.ToMicroseconds().ToTimestamp());
        await SaveAsync(import, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return import;
    }

    private async Task ApplyAsync(
        Import import, ParsedBlock block, IReadOnlyList<ImportRecord> records, List<Rejection> rejections, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = await new BatchLoader(_connection, id).LoadAsync(records, cancellationToken);
        foreach (var record in records)
        {
            Count(import, ApplyTo(state, record, now), record, block, rejections);
        }

        await new BatchWriter(_connection, id, now).WriteAsync(state, cancellationToken);
    }

    private async Task ApplyOneByOneAsync(
        NpgsqlTransaction transaction, Import import, ParsedBlock block, List<Rejection> rejections, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Line = "line";
        foreach (var record in block.Records)
        {
            var before = import.Clone();
            await transaction.SaveAsync(Line, cancellationToken);
            try
            {
                await ApplyAsync(import, block, [record], rejections, now, cancellationToken);
                await transaction.ReleaseAsync(Line, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState.StartsWith("23", StringComparison.Ordinal))
            {
                await transaction.RollbackAsync(Line, cancellationToken);
                (import.CreatedCount, import.UpdatedCount, import.UnchangedCount) = (before.CreatedCount, before.UpdatedCount, before.UnchangedCount);
                rejections.Add(block.RejectionOf(record.Line, [("", $"collides with a row that is there ({exception.ConstraintName})")]));
            }
        }
    }

    private static LineOutcome ApplyTo(CatalogState state, ImportRecord record, DateTimeOffset now) => record switch
    {
        TitleRecord title => TitleMerge.Apply(state, title, now),
        SeasonRecord season => EpisodeMerge.Apply(state, season, now),
        EpisodeRecord episode => EpisodeMerge.Apply(state, episode, now),
        ImdbPlaceRecord place => EpisodeMerge.Apply(state, place, now),
        ImdbNameRecord name => EpisodeMerge.Apply(state, name),
        _ => throw new ArgumentOutOfRangeException(nameof(record)),
    };

    private static void Count(Import import, LineOutcome outcome, ImportRecord record, ParsedBlock block, List<Rejection> rejections)
    {
        switch (outcome.Verdict)
        {
            case Verdict.Created:
                import.CreatedCount++;
                break;
            case Verdict.Updated:
                import.UpdatedCount++;
                break;
            case Verdict.Unchanged:
                import.UnchangedCount++;
                break;
            default:
                rejections.Add(block.RejectionOf(record.Line, outcome.Violations));
                break;
        }
    }

    private async Task WriteRejectionsAsync(List<Rejection> rejections, CancellationToken cancellationToken)
    {
        var room = ImportStore.MaxRejections - Import.RejectedCount;
        if (rejections.Count == 0 || room <= 0)
        {
            return;
        }

        await using var copy = await _connection.BeginBinaryImportAsync(
            "COPY catalog_import_rejection (import_id, line, fields, reasons, excerpt) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var rejection in rejections.OrderBy(rejection => rejection.Line).Take((int)Math.Min(room, int.MaxValue)))
        {
            await copy.WriteRowAsync(
                cancellationToken, id, rejection.Line, rejection.Violations.Select(violation => violation.Field).ToArray(),
                rejection.Violations.Select(violation => violation.Reason).ToArray(), rejection.Excerpt);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private async Task SaveAsync(Import import, CancellationToken cancellationToken)
    {
        await using var command = _connection.BatchCommand("""
            UPDATE catalog_import SET
                state = $3, committed_bytes = $4, committed_lines = $5, created_count = $6, updated_count = $7, unchanged_count = $8,
                skipped_count = $9, rejected_count = $10, updated_at = $11
            WHERE id = $1 AND committed_bytes = $2
            """,
            id, Import.CommittedBytes, import.State.ToString(), import.CommittedBytes, import.CommittedLines, import.CreatedCount, import.UpdatedCount,
            import.UnchangedCount, import.SkippedCount, import.RejectedCount, import.UpdateTime.ToDateTimeOffset());
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw RpcErrors.Of(ErrorReason.ImportInProgress);
        }
    }

    // Another call gave an id or a number in between, or deleted what a row refers to; class 23 are all constraints.
    private static bool IsCollision(PostgresException exception) =>
        exception.SqlState.StartsWith("23", StringComparison.Ordinal)
        || exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;
}
