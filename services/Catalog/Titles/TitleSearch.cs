using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Titles;

/// <summary>Where a page of a search ended.</summary>
/// <param name="Stage">Index of the stage of its last row.</param>
/// <param name="Similarity">How much that row resembles the query, in the last stage.</param>
/// <param name="NameKey">Sort key of that row.</param>
/// <param name="Id">Id of that row.</param>
internal readonly record struct SearchPosition(int Stage, float Similarity, string NameKey, Guid Id);

/// <summary>
/// Searches titles, best match first, in stages: names that are the query, begin with it, have words that begin with its words, resemble
/// it. A stage is asked only when those before did not fill the page, and each reads an index: exact keys, trigrams, or, when a query fits
/// many titles, the order of names.
/// </summary>
internal sealed class TitleSearch(NpgsqlDataSource database)
{
    // $1 is the query, $2 what its beginnings are like, $3 what all its words are like.
    private const string IsQuery = "name_keys @> ARRAY[$1]";
    private const string BeginsWithQuery = "search_text LIKE $2";
    private const string HasWords = "search_text LIKE ALL ($3)";
    private const string Similarity = "word_similarity($1, search_text)";

    private static readonly string[] Stages =
    [
        IsQuery,
        $"{BeginsWithQuery} AND NOT {IsQuery}",
        $"{HasWords} AND NOT {BeginsWithQuery} AND NOT {IsQuery}",
        $"$1 <% search_text AND NOT {HasWords} AND NOT {BeginsWithQuery} AND NOT {IsQuery}",
    ];

    /// <summary>A page of titles, each with its position.</summary>
    /// <param name="words">The query's words, folded, one space between them.</param>
    /// <param name="filter">Which titles.</param>
    /// <param name="viewer">Who asks.</param>
    /// <param name="after">The last row of the page before; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<List<(Title Title, SearchPosition Position)>> FindAsync(
        string words, TitleFilter filter, Viewer viewer, SearchPosition? after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<(Title, SearchPosition)>();
        for (var stage = after?.Stage ?? 0; stage < Stages.Length && found.Count < limit; stage++)
        {
            found.AddRange(await FindAsync(stage, words, filter, viewer, after?.Stage == stage ? after : null, limit - found.Count, cancellationToken));
        }

        return found;
    }

    private async Task<List<(Title, SearchPosition)>> FindAsync(
        int stage, string words, TitleFilter filter, Viewer viewer, SearchPosition? after, int limit, CancellationToken cancellationToken)
    {
        // Every stage but the last has one rank, in the order of names.
        var isRanked = stage == Stages.Length - 1;
        var similarity = isRanked ? Similarity : "1::real";
        var isAfter = isRanked
            ? $"({Similarity} < $4 OR ({Similarity} = $4 AND (name_key, id) > ($5::text, $6::uuid)))"
            : "(name_key, id) > ($5::text, $6::uuid)";
        await using var command = database.Command($"""
            SELECT {TitleRow.Columns}, {similarity}, title.name_key FROM title
            WHERE $1::text <> '' AND $2::text <> '' AND cardinality($3::text[]) > 0 AND {Stages[stage]}
              AND ($4::real IS NULL OR {isAfter})
              AND {TitleFilter.Fits(first: 8)}
            ORDER BY {(isRanked ? $"{Similarity} DESC, " : "")}name_key, id
            LIMIT $7
            """,
            [
                words, $"%\n {Like.Escape(words)}%", words.Split(' ').Select(word => $"% {Like.Escape(word)}%").ToArray(),
                after?.Similarity, after?.NameKey, after?.Id, limit, .. filter.Values(viewer),
            ]);
        return await command.ListAsync(
            row => (TitleRow.Read(row), new SearchPosition(stage, row.GetFloat(22), row.GetString(23), row.GetGuid(0))), cancellationToken);
    }
}
