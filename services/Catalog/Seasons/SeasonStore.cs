using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Seasons;

/// <summary>Seasons in PostgreSQL.</summary>
internal sealed class SeasonStore(NpgsqlDataSource database)
{
    /// <summary>The columns that <see cref="Read"/> takes.</summary>
    public const string Columns = """
        season.id, season.title_id, season.number, season.name, season.synopsis, season.created_at, season.updated_at, season.version
        """;

    /// <summary>
    /// Creates a season, unless this effect made it before; its title must be a series, which the foreign key over id and kind sees to.
    /// </summary>
    public async Task<Outcome<Season>> CreateAsync(
        Guid id, Guid? effectId, Guid titleId, Season season, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Command($"""
                INSERT INTO season (id, title_id, number, name, synopsis, created_at, updated_at, effect_id)
                VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
                RETURNING {Columns}
                """, id, titleId, season.Number, season.Name, season.Synopsis, now, effectId);
            return (await command.SingleAsync(Read, cancellationToken))!;
        }
        catch (PostgresException exception) when (exception.ConstraintName == "season_number_key")
        {
            await using var command = database.Command(
                $"SELECT {Columns} FROM season WHERE title_id = $1 AND number = $2 AND effect_id = $3", titleId, season.Number, effectId);
            return await command.SingleAsync(Read, cancellationToken) is { } made ? made : ErrorReason.SeasonExists;
        }
        catch (PostgresException exception) when (exception.ConstraintName == "season_title_fkey")
        {
            return await TitleExistsAsync(titleId, cancellationToken) ? ErrorReason.NotASeries : ErrorReason.TitleNotFound;
        }
    }

    /// <summary>One season, whoever sees it; null when there is none.</summary>
    public async Task<Season?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"SELECT {Columns} FROM season WHERE id = $1", id);
        return await command.SingleAsync(Read, cancellationToken);
    }

    /// <summary>A page of the seasons of a title by number; empty when there is no such title.</summary>
    public async Task<List<Season>> ListAsync(Guid titleId, int? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {Columns} FROM season WHERE title_id = $1 AND ($2::int IS NULL OR number > $2) ORDER BY number LIMIT $3
            """, titleId, after, limit);
        return await command.ListAsync(Read, cancellationToken);
    }

    /// <summary>Replaces what a season says, if it has this version.</summary>
    public async Task<Outcome<Season>> UpdateAsync(Guid id, long version, Season season, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            UPDATE season SET name = $3, synopsis = $4, updated_at = $5, version = version + 1 WHERE id = $1 AND version = $2 RETURNING {Columns}
            """, id, version, season.Name, season.Synopsis, now);
        return await command.SingleAsync(Read, cancellationToken) is { } updated ? updated : await MissAsync(id, cancellationToken);
    }

    /// <summary>Deletes a season, on request with its episodes and media; bundles keep it.</summary>
    public async Task<Outcome<Season>> DeleteAsync(Guid id, long? version, bool cascade, CancellationToken cancellationToken)
    {
        string[] dependents = cascade ? [.. MediaRows.DeletedBy("season_id"), "DELETE FROM episode WHERE season_id = $1"] : [];
        try
        {
            return await database.DeleteAsync("season", id, version, "true", Columns, Read, dependents, cancellationToken) is { } season
                ? season
                : await MissAsync(id, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return ErrorReason.InUse;
        }
    }

    private async Task<ErrorReason> MissAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is null ? ErrorReason.SeasonNotFound : ErrorReason.EtagMismatch;

    private async Task<bool> TitleExistsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command("SELECT EXISTS (SELECT FROM title WHERE id = $1)", id);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static Season Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0),
        TitleId = row.Id(1),
        Number = row.GetInt32(2),
        Name = row.GetString(3),
        Synopsis = row.GetString(4),
        CreateTime = row.Time(5),
        UpdateTime = row.Time(6),
        Etag = Etag.Of(row.GetInt64(7)),
    };
}
