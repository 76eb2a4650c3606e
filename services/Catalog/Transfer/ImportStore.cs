using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Postgres;
using Npgsql;

namespace MoviesNow.Catalog.Transfer;

/// <summary>Imports in PostgreSQL: how far they are, and what they rejected.</summary>
/// <param name="database">The database.</param>
/// <param name="sessions">The same, for whoever writes an import: the lock and the temporary table are a session's.</param>
internal sealed class ImportStore(NpgsqlDataSource database, [FromKeyedServices(PostgresOptions.Direct)] NpgsqlDataSource sessions)
{
    /// <summary>The most rejections of an import that are kept.</summary>
    public const int MaxRejections = 100_000;

    private const string Columns = """
        id, format, source_name, state, committed_bytes, committed_lines,
        created_count, updated_count, unchanged_count, skipped_count, rejected_count, created_at, updated_at
        """;

    /// <summary>Name of the lock of whoever writes an import.</summary>
    public static string LockOf(Guid id) => $"catalog import {id}";

    public async Task<Import?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"SELECT {Columns} FROM catalog_import WHERE id = $1", id);
        return await command.SingleAsync(Read, cancellationToken);
    }

    /// <summary>Rejections by line.</summary>
    public async Task<List<ImportRejection>> ListRejectionsAsync(Guid id, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command(
            "SELECT line, fields, reasons, excerpt FROM catalog_import_rejection WHERE import_id = $1 AND line > $2 ORDER BY line LIMIT $3", id, after, limit);
        return await command.ListAsync(ReadRejection, cancellationToken);
    }

    /// <summary>Takes an import up, alone; ends when the result is disposed of.</summary>
    /// <param name="header">The checked header.</param>
    /// <param name="id">Id of the import.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Outcome<ImportSession>> OpenAsync(ImportHeader header, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await SessionLock.TryTakeAsync(sessions, LockOf(id), cancellationToken) is not { } alone)
        {
            return ErrorReason.ImportInProgress;
        }

        try
        {
            var import = await StartAsync(alone.Connection, header, id, now, cancellationToken);
            if (import.Format == header.Format && import.CommittedBytes == header.StartByte)
            {
                return new ImportSession(alone, id, import);
            }

            await alone.DisposeAsync();
            var detail = import.Format == header.Format ? $"{import.CommittedBytes} bytes are committed" : $"it is of the format {import.Format}";
            return new(null, ErrorReason.ImportMismatch, ("committed_bytes", $"{import.CommittedBytes}"), ("detail", detail));
        }
        catch
        {
            await alone.DisposeAsync();
            throw;
        }
    }

    private static async Task<Import> StartAsync(
        NpgsqlConnection connection, ImportHeader header, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        if (header.Restart)
        {
            batch.Add("DELETE FROM catalog_import WHERE id = $1", id);
        }

        batch.Add("""
            INSERT INTO catalog_import (id, format, source_name, state, created_at, updated_at) VALUES ($1, $2, $3, 'Incomplete', $4, $4)
            ON CONFLICT (id) DO NOTHING
            """, id, header.Format.ToString(), header.SourceName, now);
        batch.Add($"SELECT {Columns} FROM catalog_import WHERE id = $1", id);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (reader.FieldCount == 0)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        await reader.ReadAsync(cancellationToken);
        return Read(reader);
    }

    private static Import Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0),
        Format = row.Enum<ImportFormat>(1),
        SourceName = row.GetString(2),
        State = row.Enum<ImportState>(3),
        CommittedBytes = row.GetInt64(4),
        CommittedLines = row.GetInt64(5),
        CreatedCount = row.GetInt64(6),
        UpdatedCount = row.GetInt64(7),
        UnchangedCount = row.GetInt64(8),
        SkippedCount = row.GetInt64(9),
        RejectedCount = row.GetInt64(10),
        CreateTime = row.Time(11),
        UpdateTime = row.Time(12),
    };

    private static ImportRejection ReadRejection(NpgsqlDataReader row) => new()
    {
        Line = row.GetInt64(0),
        Violations =
        {
            row.GetFieldValue<string[]>(1).Zip(row.GetFieldValue<string[]>(2), (field, reason) => new ImportViolation { Field = field, Reason = reason }),
        },
        Excerpt = row.GetString(3),
    };
}
