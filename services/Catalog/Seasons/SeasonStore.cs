using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Seasons;

/// <summary>Seasons in PostgreSQL.</summary>
internal sealed class SeasonStore(NpgsqlDataSource database)
{
    private const string Columns = "season.id, season.title_id, season.number, season.name, season.created_at, season.updated_at, season.version";

    /// <summary>
    /// Creates a season, unless this effect made it before; its title must be a series, which the foreign key over id and kind sees to.
    /// </summary>
    public async Task<Outcome<Season>> CreateAsync(
        Guid id, Guid? effectId, Guid titleId, int number, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Command($"""
                INSERT INTO season (id, title_id, number, name, created_at, updated_at, effect_id) VALUES ($1, $2, $3, $4, $5, $5, $6) RETURNING {Columns}
                """, id, titleId, number, name, now, effectId);
            return (await command.SingleAsync(Read, cancellationToken))!;
        }
        catch (PostgresException exception) when (exception.ConstraintName == "season_number_key")
        {
            await using var command = database.Command(
                $"SELECT {Columns} FROM season WHERE title_id = $1 AND number = $2 AND effect_id = $3", titleId, number, effectId);
            return await command.SingleAsync(Read, cancellationToken) is { } made ? made : ErrorReason.SeasonExists;
        }
        catch (PostgresException exception) when (exception.ConstraintName == "season_title_fkey")
        {
            return await TitleExistsAsync(titleId, publishedOnly: false, cancellationToken) ? ErrorReason.NotASeries : ErrorReason.TitleNotFound;
        }
    }

    /// <summary>One season; null when there is none, or none that the public sees.</summary>
    public async Task<Season?> FindAsync(Guid id, bool publishedOnly, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {Columns} FROM season JOIN title ON title.id = season.title_id
            WHERE season.id = $1 AND (title.state = 'Published' OR NOT $2)
            """, id, publishedOnly);
        return await command.SingleAsync(Read, cancellationToken);
    }

    /// <summary>A page of the seasons of a title; null when there is no such title, or none that the public sees.</summary>
    public async Task<List<Season>?> ListAsync(Guid titleId, bool publishedOnly, int? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {Columns} FROM season JOIN title ON title.id = season.title_id
            WHERE season.title_id = $1 AND (title.state = 'Published' OR NOT $2) AND ($3::int IS NULL OR season.number > $3)
            ORDER BY season.number
            LIMIT $4
            """, titleId, publishedOnly, after, limit);
        var seasons = await command.ListAsync(Read, cancellationToken);
        return seasons.Count > 0 || await TitleExistsAsync(titleId, publishedOnly, cancellationToken) ? seasons : null;
    }

    public async Task<Outcome<Season>> RenameAsync(Guid id, long? version, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            UPDATE season SET name = $3, updated_at = $4, version = version + 1 WHERE id = $1 AND version = $2 RETURNING {Columns}
            """, id, version, name, now);
        return await command.SingleAsync(Read, cancellationToken) is { } season ? season : await MissAsync(id, cancellationToken);
    }

    /// <summary>Deletes a season that nothing refers to.</summary>
    public async Task<Outcome<Season>> DeleteAsync(Guid id, long? version, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Command($"""
                DELETE FROM season WHERE id = $1 AND ($2::bigint IS NULL OR version = $2) RETURNING {Columns}
                """, id, version);
            return await command.SingleAsync(Read, cancellationToken) is { } season ? season : await MissAsync(id, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return ErrorReason.InUse;
        }
    }

    private async Task<ErrorReason> MissAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, publishedOnly: false, cancellationToken) is null ? ErrorReason.SeasonNotFound : ErrorReason.EtagMismatch;

    private async Task<bool> TitleExistsAsync(Guid id, bool publishedOnly, CancellationToken cancellationToken)
    {
        await using var command = database.Command("SELECT EXISTS (SELECT FROM title WHERE id = $1 AND (state = 'Published' OR NOT $2))", id, publishedOnly);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static Season Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0),
        TitleId = row.Id(1),
        Number = row.GetInt32(2),
        Name = row.GetString(3),
        CreateTime = row.Time(4),
        UpdateTime = row.Time(5),
        Etag = Etag.Of(row.GetInt64(6)),
    };
}
