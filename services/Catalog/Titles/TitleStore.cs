using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using Npgsql;

namespace MoviesNow.Catalog.Titles;

/// <summary>Titles in PostgreSQL.</summary>
internal sealed class TitleStore(NpgsqlDataSource database)
{
    private const string Columns = """
        id, kind, name, synopsis, original_language, release_year, state,
        available_from, available_until, country_rule, countries, created_at, updated_at, version
        """;

    /// <summary>Stores a draft; one that this effect made before is left as it is, and returned.</summary>
    public async Task<Title> CreateAsync(
        Guid id, Guid? effectId, CreateTitleRequest request, AvailabilityWindow window, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var insert = database.Command($"""
            INSERT INTO title (id, kind, name, name_key, synopsis, original_language, release_year, state,
                               available_from, available_until, country_rule, countries, created_at, updated_at, effect_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'Draft', $8, $9, $10, $11, $12, $12, $13)
            ON CONFLICT ON CONSTRAINT title_effect_key DO NOTHING
            RETURNING {Columns}
            """,
            id, request.Kind.ToString(), request.Name, TitleName.Fold(request.Name), request.Synopsis, request.OriginalLanguage, request.ReleaseYear,
            window.From, window.Until, window.CountryRule.ToString(), window.Countries, now, effectId);
        if (await insert.SingleAsync(Read, cancellationToken) is { } made)
        {
            return made;
        }

        await using var select = database.Command($"SELECT {Columns} FROM title WHERE effect_id = $1", effectId);
        // Deleted in between: whoever asks again gets a new one.
        return await select.SingleAsync(Read, cancellationToken) ?? throw RpcErrors.Of(ErrorReason.ConflictRetry);
    }

    /// <summary>One title; null when there is none, or none that the public sees.</summary>
    public async Task<Title?> FindAsync(Guid id, bool publishedOnly, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"SELECT {Columns} FROM title WHERE id = $1 AND (state = 'Published' OR NOT $2)", id, publishedOnly);
        return await command.SingleAsync(Read, cancellationToken);
    }

    public async Task<List<Title>> ListAsync(TitleFilter filter, (string NameKey, Guid Id)? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {Columns} FROM title
            WHERE ($1::text IS NULL OR (name_key, id) > ($1, $2::uuid))
              AND ($3::text IS NULL OR state = $3)
              AND ($4::text IS NULL OR kind = $4)
              AND ($5::text = '' OR strpos(name_key, $5) > 0)
              AND ($6::text = '' OR (
                    (available_from IS NULL OR available_from <= $7)
                    AND (available_until IS NULL OR available_until > $7)
                    AND CASE country_rule WHEN 'Include' THEN $6 = ANY (countries) WHEN 'Exclude' THEN $6 <> ALL (countries) ELSE true END))
            ORDER BY name_key, id
            LIMIT $8
            """,
            after?.NameKey, after?.Id, NameOrNull(filter.State), NameOrNull(filter.Kind), TitleName.Fold(filter.Query), filter.Country, filter.Now, limit);
        return await command.ListAsync(Read, cancellationToken);
    }

    /// <summary>Changes the fields that the mask names.</summary>
    public async Task<Outcome<Title>> UpdateAsync(
        Guid id, long? version, UpdateMask mask, Title values, AvailabilityWindow window, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = mask.Has("name") ? values.Name : null;
        await using var command = database.Command($"""
            UPDATE title SET
                name = COALESCE($3, name),
                name_key = COALESCE($4, name_key),
                synopsis = COALESCE($5, synopsis),
                original_language = COALESCE($6, original_language),
                release_year = COALESCE($7, release_year),
                available_from = CASE WHEN $8 THEN $9 ELSE available_from END,
                available_until = CASE WHEN $8 THEN $10 ELSE available_until END,
                country_rule = CASE WHEN $8 THEN $11 ELSE country_rule END,
                countries = CASE WHEN $8 THEN $12 ELSE countries END,
                updated_at = $13,
                version = version + 1
            WHERE id = $1 AND version = $2
            RETURNING {Columns}
            """,
            id, version, name, name is null ? null : TitleName.Fold(name),
            mask.Has("synopsis") ? values.Synopsis : null,
            mask.Has("original_language") ? values.OriginalLanguage : null,
            mask.Has("release_year") ? values.ReleaseYear : null,
            mask.Has("availability"), window.From, window.Until, window.CountryRule.ToString(), window.Countries, now);
        return await command.SingleAsync(Read, cancellationToken) is { } title ? title : await MissAsync(id, cancellationToken);
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
            RETURNING {Columns}
            """, id, version, state.ToString(), now);
        return await command.SingleAsync(Read, cancellationToken) is { } title ? title : await MissAsync(id, cancellationToken);
    }

    /// <summary>Deletes a draft that nothing refers to.</summary>
    public async Task<Outcome<Title>> DeleteAsync(Guid id, long? version, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Command($"""
                DELETE FROM title WHERE id = $1 AND ($2::bigint IS NULL OR version = $2) AND state = 'Draft' RETURNING {Columns}
                """, id, version);
            if (await command.SingleAsync(Read, cancellationToken) is { } deleted)
            {
                return deleted;
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return ErrorReason.InUse;
        }

        return await FindAsync(id, publishedOnly: false, cancellationToken) switch
        {
            null => ErrorReason.TitleNotFound,
            var title when version is not null && Etag.Version(title.Etag) != version => ErrorReason.EtagMismatch,
            var title => Outcome.InvalidState<Title>(title.State),
        };
    }

    private async Task<ErrorReason> MissAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, publishedOnly: false, cancellationToken) is null ? ErrorReason.TitleNotFound : ErrorReason.EtagMismatch;

    private static string? NameOrNull<T>(T value) where T : struct, Enum =>
        EqualityComparer<T>.Default.Equals(value, default) ? null : value.ToString();

    private static Title Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0),
        Kind = row.Enum<TitleKind>(1),
        Name = row.GetString(2),
        Synopsis = row.GetString(3),
        OriginalLanguage = row.GetString(4),
        ReleaseYear = row.GetInt32(5),
        State = row.Enum<TitleState>(6),
        Availability = ReadAvailability(row, 7),
        CreateTime = row.Time(11),
        UpdateTime = row.Time(12),
        Etag = Etag.Of(row.GetInt64(13)),
    };

    /// <summary>The four columns from <c>available_from</c> to <c>countries</c>.</summary>
    internal static Availability ReadAvailability(NpgsqlDataReader row, int first) => new()
    {
        From = row.TimeOrNull(first),
        Until = row.TimeOrNull(first + 1),
        CountryRule = row.Enum<CountryRule>(first + 2),
        Countries = { row.GetFieldValue<string[]>(first + 3) },
    };
}
