using System.Globalization;
using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using Npgsql;

namespace MoviesNow.Catalog.Seasons;

/// <summary>Episodes in PostgreSQL.</summary>
internal sealed class EpisodeStore(NpgsqlDataSource database)
{
    /// <summary>The columns that <c>Read</c> takes.</summary>
    public const string Columns = $"""
        episode.id, episode.title_id, episode.season_id, episode.number, episode.name, episode.synopsis, episode.duration_ms,
        episode.air_date, {ExternalIdStore.OfEpisode}, episode.created_at, episode.updated_at, episode.version
        """;

    private static readonly string UpdateSql = $"""
        WITH changed AS (
            UPDATE episode SET (name, synopsis, duration_ms, air_date) = ($3, $4, $5, $6::date), updated_at = $7, version = version + 1
            WHERE id = $1 AND version = $2
            RETURNING title_id, id AS episode_id),
        {ExternalIdStore.Replace("$8", "$9")}
        SELECT count(*) FROM changed
        """;

    /// <summary>Creates the episodes of one call, all or none, unless this effect made them before.</summary>
    /// <param name="effectId">The effect of the call.</param>
    /// <param name="seasonId">Their season.</param>
    /// <param name="episodes">What they say; each number once.</param>
    /// <param name="now">When they are created.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The episodes in the same order.</returns>
    public async Task<Outcome<List<Episode>>> CreateAsync(
        Guid? effectId, Guid seasonId, Episode[] episodes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = Array.ConvertAll(episodes, _ => Guid.CreateVersion7(now));
        var externalIds = episodes.SelectMany((episode, i) => episode.ExternalIds.Select(id => (EpisodeId: ids[i], Id: id))).ToArray();
        await using var batch = database.CreateBatch();
        batch.Add("""
            WITH made AS (
                INSERT INTO episode (id, title_id, season_id, number, name, synopsis, duration_ms, air_date, created_at, updated_at, effect_id)
                SELECT given.*, $3, $3, $4::uuid
                FROM season, LATERAL (
                    SELECT id, season.title_id, season.id AS season_id, number, name, synopsis, duration_ms, air_date
                    FROM unnest($2::uuid[], $5::int[], $6::text[], $7::text[], $8::bigint[], $9::date[])
                        AS given (id, number, name, synopsis, duration_ms, air_date)) AS given
                WHERE season.id = $1
                RETURNING id, title_id),
            named AS (
                INSERT INTO external_id (scheme, value, title_id, episode_id)
                SELECT given.scheme, given.value, made.title_id, made.id
                FROM made JOIN unnest($10::uuid[], $11::text[], $12::text[]) AS given (id, scheme, value) USING (id))
            SELECT count(*) FROM made
            """,
            seasonId, ids, now, effectId, Column(episode => episode.Number), Column(episode => episode.Name), Column(episode => episode.Synopsis),
            Column(episode => episode.DurationMs), Column(episode => EpisodeFields.Date(episode.AirDate)),
            externalIds.Select(named => named.EpisodeId).ToArray(), ExternalIdStore.Schemes(externalIds.Select(named => named.Id)),
            ExternalIdStore.Values(externalIds.Select(named => named.Id)));
        batch.Add($"SELECT {Columns} FROM episode WHERE id = ANY ($1)", ids);
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            var made = await reader.ListAsync(Read, cancellationToken);
            return made.Count > 0 ? InOrder(made) : ErrorReason.SeasonNotFound;
        }
        catch (PostgresException exception) when (exception.ConstraintName == "episode_number_key")
        {
            return await MadeBeforeAsync();
        }
        catch (PostgresException exception) when (exception.ConstraintName == ExternalIdStore.TakenConstraint)
        {
            return await ExternalIdStore.TakenAsync<List<Episode>>(database, [.. externalIds.Select(named => named.Id)], Guid.Empty, cancellationToken);
        }
        catch (PostgresException exception) when (exception.ConstraintName == "episode_season_fkey")
        {
            // The season went between the two halves of the statement.
            return ErrorReason.SeasonNotFound;
        }

        T[] Column<T>(Converter<Episode, T> value) => Array.ConvertAll(episodes, value);

        List<Episode> InOrder(List<Episode> made)
        {
            var byNumber = made.ToDictionary(episode => episode.Number);
            return [.. episodes.Select(episode => byNumber[episode.Number])];
        }

        async Task<Outcome<List<Episode>>> MadeBeforeAsync()
        {
            await using var command = database.Command(
                $"SELECT {Columns}, effect_id FROM episode WHERE season_id = $1 AND number = ANY ($2)", seasonId, Column(episode => episode.Number));
            var there = await command.ListAsync(row => (Episode: Read(row), EffectId: row.IsDBNull(12) ? default(Guid?) : row.GetGuid(12)), cancellationToken);
            if (effectId is not null && there.Count == episodes.Length && there.All(row => row.EffectId == effectId))
            {
                return InOrder(there.ConvertAll(row => row.Episode));
            }

            var number = there.Select(row => row.Episode.Number).Order().FirstOrDefault().ToString(CultureInfo.InvariantCulture);
            return new(null, ErrorReason.EpisodeExists, ("number", number), (RpcErrors.Detail, $"number {number}"));
        }
    }

    /// <summary>One episode, whoever sees it; null when there is none.</summary>
    public async Task<Episode?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"SELECT {Columns} FROM episode WHERE id = $1", id);
        return await command.SingleAsync(Read, cancellationToken);
    }

    /// <summary>A page of the episodes of a season by number; empty when there is no such season.</summary>
    public async Task<List<Episode>> ListAsync(Guid seasonId, int? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {Columns} FROM episode WHERE season_id = $1 AND ($2::int IS NULL OR number > $2) ORDER BY number LIMIT $3
            """, seasonId, after, limit);
        return await command.ListAsync(Read, cancellationToken);
    }

    /// <summary>Replaces what an episode says, if it has this version.</summary>
    public async Task<Outcome<Episode>> UpdateAsync(Guid id, long version, Episode episode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(UpdateSql,
            id, version, episode.Name, episode.Synopsis, episode.DurationMs, EpisodeFields.Date(episode.AirDate), now,
            ExternalIdStore.Schemes(episode.ExternalIds), ExternalIdStore.Values(episode.ExternalIds));
        batch.Add($"SELECT {Columns} FROM episode WHERE id = $1", id);
        try
        {
            return await batch.ChangedAsync(Read, ErrorReason.EpisodeNotFound, cancellationToken);
        }
        catch (PostgresException exception) when (exception.ConstraintName == ExternalIdStore.TakenConstraint)
        {
            return await ExternalIdStore.TakenAsync<Episode>(database, episode.ExternalIds, id, cancellationToken);
        }
    }

    /// <summary>Deletes an episode, on request with its media; bundles keep it.</summary>
    public async Task<Outcome<Episode>> DeleteAsync(Guid id, long? version, bool cascade, CancellationToken cancellationToken)
    {
        try
        {
            var dependents = cascade ? MediaRows.DeletedBy("episode_id") : [];
            return await database.DeleteAsync("episode", id, version, "true", Columns, Read, dependents, cancellationToken) is { } deleted ? deleted
                : await FindAsync(id, cancellationToken) is null ? ErrorReason.EpisodeNotFound
                : ErrorReason.EtagMismatch;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return ErrorReason.InUse;
        }
    }

    public static Episode Read(NpgsqlDataReader row) => Read(row, first: 0);

    /// <summary>Reads an episode whose columns begin with this one.</summary>
    public static Episode Read(NpgsqlDataReader row, int first) => new()
    {
        Id = row.Id(first),
        TitleId = row.Id(first + 1),
        SeasonId = row.Id(first + 2),
        Number = row.GetInt32(first + 3),
        Name = row.GetString(first + 4),
        Synopsis = row.GetString(first + 5),
        DurationMs = row.GetInt64(first + 6),
        AirDate = row.IsDBNull(first + 7) ? "" : EpisodeFields.Text(row.GetFieldValue<DateOnly>(first + 7)),
        ExternalIds = { ExternalIdStore.Read(row.GetFieldValue<string[]>(first + 8)) },
        CreateTime = row.Time(first + 9),
        UpdateTime = row.Time(first + 10),
        Etag = Etag.Of(row.GetInt64(first + 11)),
    };
}
