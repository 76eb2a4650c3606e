using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Titles;

/// <summary>Titles in PostgreSQL, one by one. <see cref="TitleFinder"/> lists and searches them.</summary>
internal sealed class TitleStore(NpgsqlDataSource database)
{
    /// <summary>The columns of what a title says, in the order of <see cref="Values"/>.</summary>
    public const string Fields = """
        name, original_name, sort_name, name_key, display_key, name_keys, search_text, synopsis, original_language, release_year, end_year,
        available_from, available_until, country_rule, countries, genres, content_ratings, duration_ms, is_adult
        """;

    private const string Parameters = "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22";

    private static readonly string ReplaceExternalIds = ExternalIdStore.Replace("$23", "$24");

    /// <summary>Stores a draft; one that this effect made before is left as it is, and returned.</summary>
    public async Task<Outcome<Title>> CreateAsync(Guid id, Guid? effectId, Title title, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add($"""
            WITH changed AS (
                INSERT INTO title (id, kind, {Fields}, state, created_at, updated_at, effect_id)
                VALUES ($1, $2, {Parameters}, 'Draft', $3, $3, $25)
                ON CONFLICT ON CONSTRAINT title_effect_key DO NOTHING
                RETURNING id AS title_id, NULL::uuid AS episode_id),
            {ReplaceExternalIds}
            SELECT count(*) FROM changed
            """, [id, title.Kind.ToString(), now, .. Values(title), effectId]);
        batch.Add($"SELECT {TitleRow.Columns} FROM title WHERE title.id = $1 OR title.effect_id = $2", id, effectId);
        try
        {
            // When it was deleted in between, whoever asks again gets a new one.
            return await batch.SecondAsync(TitleRow.Read, cancellationToken) is { } made ? made : ErrorReason.ConflictRetry;
        }
        catch (PostgresException exception) when (exception.ConstraintName == ExternalIdStore.TakenConstraint)
        {
            return await ExternalIdStore.TakenAsync<Title>(database, title.ExternalIds, id, cancellationToken);
        }
    }

    /// <summary>One title, whoever sees it; null when there is none.</summary>
    public async Task<Title?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"SELECT {TitleRow.Columns} FROM title WHERE title.id = $1", id);
        return await command.SingleAsync(TitleRow.Read, cancellationToken);
    }

    /// <summary>Replaces what a title says, if it has this version.</summary>
    public async Task<Outcome<Title>> UpdateAsync(Guid id, long version, Title title, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add($"""
            WITH changed AS (
                UPDATE title SET ({Fields}) = ({Parameters}), updated_at = $3, version = version + 1
                WHERE id = $1 AND version = $2
                RETURNING id AS title_id, NULL::uuid AS episode_id),
            {ReplaceExternalIds}
            SELECT count(*) FROM changed
            """, [id, version, now, .. Values(title)]);
        batch.Add($"SELECT {TitleRow.Columns} FROM title WHERE title.id = $1", id);
        try
        {
            return await batch.ChangedAsync(TitleRow.Read, ErrorReason.TitleNotFound, cancellationToken);
        }
        catch (PostgresException exception) when (exception.ConstraintName == ExternalIdStore.TakenConstraint)
        {
            return await ExternalIdStore.TakenAsync<Title>(database, title.ExternalIds, id, cancellationToken);
        }
    }

    /// <summary>
    /// Moves a title to a state; one that is there already stays as it is, and keeps its version. A repeated call meets the version
    /// that it made of the one it means.
    /// </summary>
    public async Task<Outcome<Title>> MoveAsync(Guid id, long? version, TitleState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            UPDATE title SET
                state = $3,
                updated_at = CASE WHEN state = $3 THEN updated_at ELSE $4 END,
                version = version + (state <> $3)::int
            WHERE id = $1 AND ($2::bigint IS NULL OR version = $2 OR (version - 1 = $2 AND state = $3))
            RETURNING {TitleRow.Columns}
            """, id, version, state.ToString(), now);
        return await command.SingleAsync(TitleRow.Read, cancellationToken) is { } title ? title
            : await FindAsync(id, cancellationToken) is null ? ErrorReason.TitleNotFound
            : ErrorReason.EtagMismatch;
    }

    /// <summary>Deletes a draft or an archived title, on request with all that belongs to it; bundles keep it.</summary>
    public async Task<Outcome<Title>> DeleteAsync(Guid id, long? version, bool cascade, CancellationToken cancellationToken)
    {
        string[] dependents = cascade
            ? [.. MediaRows.DeletedBy("title_id"), "DELETE FROM episode WHERE title_id = $1", "DELETE FROM season WHERE title_id = $1"]
            : [];
        try
        {
            if (await database.DeleteAsync("title", id, version, "state <> 'Published'", TitleRow.Columns, TitleRow.Read, dependents, cancellationToken) is { } deleted)
            {
                return deleted;
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return ErrorReason.InUse;
        }

        return await FindAsync(id, cancellationToken) switch
        {
            null => ErrorReason.TitleNotFound,
            var title when version is not null && Etag.Version(title.Etag) != version => ErrorReason.EtagMismatch,
            var title => Outcome.InvalidState<Title>(title.State),
        };
    }

    /// <summary>What a title says; schemes and values of its external ids are the last two.</summary>
    public static object?[] Values(Title title)
    {
        var window = AvailabilityWindow.Of(title.Availability);
        var keys = TitleName.SearchKeys(title);
        return
        [
            title.Name, title.OriginalName, title.SortName, TitleName.SortKey(title), TitleName.DisplayKey(title), keys, TitleName.SearchText(keys), title.Synopsis,
            title.OriginalLanguage, title.ReleaseYear, title.EndYear,
            window.From, window.Until, window.CountryRule.ToString(), window.Countries,
            title.Genres.ToArray(), TitleRow.Ratings(title), title.DurationMs, title.IsAdult,
            ExternalIdStore.Schemes(title.ExternalIds), ExternalIdStore.Values(title.ExternalIds),
        ];
    }
}
