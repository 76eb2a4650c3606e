using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using Npgsql;

namespace MoviesNow.Catalog.Titles;

/// <summary>External ids in PostgreSQL: what the statements about titles and episodes have in common.</summary>
internal static class ExternalIdStore
{
    /// <summary>The constraint that a value violates which another work has.</summary>
    public const string TakenConstraint = "external_id_key";

    /// <summary>The ids of the row <c>title</c>, as <see cref="Read"/> takes them.</summary>
    public const string OfTitle =
        "ARRAY(SELECT scheme || ' ' || value FROM external_id WHERE external_id.title_id = title.id AND external_id.episode_id IS NULL)";

    /// <summary>The ids of the row <c>episode</c>, as <see cref="Read"/> takes them.</summary>
    public const string OfEpisode = """
        ARRAY(SELECT scheme || ' ' || value FROM external_id
              WHERE external_id.title_id = episode.title_id AND external_id.episode_id = episode.id)
        """;

    /// <summary>Two parts of a <c>WITH</c> that give the title or episode in <c>changed (title_id, episode_id)</c> these ids and no others.</summary>
    public static string Replace(string schemes, string values) => $"""
        gone AS (
            DELETE FROM external_id USING changed
            WHERE external_id.title_id = changed.title_id AND external_id.episode_id IS NOT DISTINCT FROM changed.episode_id
              AND external_id.scheme <> ALL ({schemes}::text[])),
        given AS (
            INSERT INTO external_id (scheme, value, title_id, episode_id)
            SELECT scheme, value, title_id, episode_id FROM changed, unnest({schemes}::text[], {values}::text[]) AS id (scheme, value)
            ON CONFLICT ON CONSTRAINT external_id_work_key DO UPDATE SET value = EXCLUDED.value)
        """;

    public static IEnumerable<ExternalId> Read(string[] column) => column
        .Select(text => text.Split(' '))
        .Select(parts => new ExternalId { Scheme = Enum.Parse<ExternalIdScheme>(parts[0]), Value = parts[1] })
        .OrderBy(id => id.Scheme);

    public static string[] Schemes(IEnumerable<ExternalId> ids) => ids.Select(id => id.Scheme.ToString()).ToArray();

    public static string[] Values(IEnumerable<ExternalId> ids) => ids.Select(id => id.Value).ToArray();

    /// <summary>Says which of the ids another title or episode has.</summary>
    /// <param name="database">The database.</param>
    /// <param name="ids">What was to be stored.</param>
    /// <param name="workId">The title or episode that was to have them.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<Outcome<T>> TakenAsync<T>(
        NpgsqlDataSource database, IReadOnlyCollection<ExternalId> ids, Guid workId, CancellationToken cancellationToken) where T : class
    {
        await using var command = database.Command("""
            SELECT scheme || ' ' || value FROM external_id
            WHERE (scheme, value) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND COALESCE(episode_id, title_id) <> $3
            LIMIT 1
            """, Schemes(ids), Values(ids), workId);
        if (await command.ExecuteScalarAsync(cancellationToken) is not string taken)
        {
            // Whoever had it gave it up in between.
            return ErrorReason.ConflictRetry;
        }

        var id = Read([taken]).Single();
        var scheme = id.Scheme.ToString().ToUpperInvariant();
        return new(null, ErrorReason.ExternalIdExists, ("scheme", scheme), ("value", id.Value), (RpcErrors.Detail, $"{scheme} {id.Value}"));
    }
}
