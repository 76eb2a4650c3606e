using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Seasons;

/// <summary>Episodes in PostgreSQL.</summary>
internal sealed class EpisodeStore(NpgsqlDataSource database)
{
    private const string Columns = """
        episode.id, episode.title_id, episode.season_id, episode.number, episode.name, episode.synopsis, episode.duration_ms,
        episode.created_at, episode.updated_at, episode.version
        """;

    /// <summary>Creates an episode, unless this effect made it before.</summary>
    public async Task<Outcome<Episode>> CreateAsync(
        Guid id, Guid? effectId, Guid seasonId, CreateEpisodeRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Command($"""
                INSERT INTO episode (id, title_id, season_id, number, name, synopsis, duration_ms, created_at, updated_at, effect_id)
                SELECT $1, title_id, id, $3, $4, $5, $6, $7, $7, $8::uuid FROM season WHERE id = $2
                RETURNING {Columns}
                """, id, seasonId, request.Number, request.Name, request.Synopsis, request.DurationMs, now, effectId);
            return await command.SingleAsync(Read, cancellationToken) is { } episode ? episode : ErrorReason.SeasonNotFound;
        }
        catch (PostgresException exception) when (exception.ConstraintName == "episode_number_key")
        {
            await using var command = database.Command(
                $"SELECT {Columns} FROM episode WHERE season_id = $1 AND number = $2 AND effect_id = $3", seasonId, request.Number, effectId);
            return await command.SingleAsync(Read, cancellationToken) is { } made ? made : ErrorReason.EpisodeExists;
        }
        catch (PostgresException exception) when (exception.ConstraintName == "episode_season_fkey")
        {
            // The season went between the two halves of the statement.
            return ErrorReason.SeasonNotFound;
        }
    }

    /// <summary>One episode; null when there is none, or none that the public sees.</summary>
    public async Task<Episode?> FindAsync(Guid id, bool publishedOnly, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {Columns} FROM episode JOIN title ON title.id = episode.title_id
            WHERE episode.id = $1 AND (title.state = 'Published' OR NOT $2)
            """, id, publishedOnly);
        return await command.SingleAsync(Read, cancellationToken);
    }

    /// <summary>A page of the episodes of a season that the caller sees; empty when there is no such season.</summary>
    public async Task<List<Episode>> ListAsync(Guid seasonId, bool publishedOnly, int? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {Columns} FROM episode JOIN title ON title.id = episode.title_id
            WHERE episode.season_id = $1 AND (title.state = 'Published' OR NOT $2) AND ($3::int IS NULL OR episode.number > $3)
            ORDER BY episode.number
            LIMIT $4
            """, seasonId, publishedOnly, after, limit);
        return await command.ListAsync(Read, cancellationToken);
    }

    /// <summary>Changes the fields that the mask names.</summary>
    public async Task<Outcome<Episode>> UpdateAsync(
        Guid id, long? version, UpdateMask mask, Episode values, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            UPDATE episode SET
                name = COALESCE($3, name),
                synopsis = COALESCE($4, synopsis),
                duration_ms = COALESCE($5, duration_ms),
                updated_at = $6,
                version = version + 1
            WHERE id = $1 AND version = $2
            RETURNING {Columns}
            """,
            id, version,
            mask.Has("name") ? values.Name : null,
            mask.Has("synopsis") ? values.Synopsis : null,
            mask.Has("duration_ms") ? values.DurationMs : null,
            now);
        return await command.SingleAsync(Read, cancellationToken) is { } episode ? episode : await MissAsync(id, cancellationToken);
    }

    /// <summary>Deletes an episode that nothing refers to.</summary>
    public async Task<Outcome<Episode>> DeleteAsync(Guid id, long? version, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Command($"""
                DELETE FROM episode WHERE id = $1 AND ($2::bigint IS NULL OR version = $2) RETURNING {Columns}
                """, id, version);
            return await command.SingleAsync(Read, cancellationToken) is { } episode ? episode : await MissAsync(id, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return ErrorReason.InUse;
        }
    }

    private async Task<ErrorReason> MissAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, publishedOnly: false, cancellationToken) is null ? ErrorReason.EpisodeNotFound : ErrorReason.EtagMismatch;

    private static Episode Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0),
        TitleId = row.Id(1),
        SeasonId = row.Id(2),
        Number = row.GetInt32(3),
        Name = row.GetString(4),
        Synopsis = row.GetString(5),
        DurationMs = row.GetInt64(6),
        CreateTime = row.Time(7),
        UpdateTime = row.Time(8),
        Etag = Etag.Of(row.GetInt64(9)),
    };
}
