using System.Globalization;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Titles;

/// <summary>Where a page of a search ended.</summary>
/// <param name="Stage">The stage of its last row.</param>
/// <param name="Similarity">How much that row resembles the query, where that is the order; else 1.</param>
/// <param name="DisplayKey">Words of that row's name.</param>
/// <param name="Id">Id of that row.</param>
internal readonly record struct SearchPosition(int Stage, float Similarity, string DisplayKey, Guid Id);

/// <summary>
/// Searches titles, best match first, in stages: those with a name that is the query; whose name begins with it; whose names have words
/// that begin with its words; and when there is none of these, those that resemble it closely, or less closely when there is none of
/// those either. A stage is asked only when the page has room, and each reads an index: exact keys, a range of names, trigrams, or, where
/// a word is in many names, the order of names.
/// </summary>
internal sealed class TitleSearch(NpgsqlDataSource database)
{
    private const int Beginning = 1;
    private const int Words = 2;
    private const int Resembling = 3;
    private const int FirstFilter = 7;

    // More words are not looked at one by one; the first of them tell names apart.
    private const int MaxWords = 8;

    // How many rows a stage sorts, of which the page shows the first; no page has more. The planner assumes that the rows that fit are
    // evenly spread over the order of names. For a page alone it would read that order until it has enough rows, and where all of them
    // begin with the same word that may be the whole table. For this many it reads the index that finds the rows, unless there are very
    // many of them. Names that begin with the query lie side by side and need no such care.
    private const int Ahead = 500;

    private const string IsQuery = "name_keys @> ARRAY[$1::text]";
    private const string BeginsWithQuery = "display_key LIKE $2::text";

    // The subquery hides the text from the planner, which would compare it with hundreds of names, for milliseconds, to estimate rows.
    private const string Resembles = "(SELECT $1) <% search_text";

    // The higher the threshold, the fewer rows the index finds and the fewer are compared. The last is PostgreSQL's own.
    private static readonly string[] Thresholds = ["0.8", "0.7", "0.6"];

    /// <summary>A page of titles, each with its position.</summary>
    /// <param name="query">The query's words, folded, one space between them.</param>
    /// <param name="filter">Which titles.</param>
    /// <param name="viewer">Who asks.</param>
    /// <param name="after">The last row of the page before; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<List<(Title Title, SearchPosition Position)>> FindAsync(
        string query, TitleFilter filter, Viewer viewer, SearchPosition? after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<(Title, SearchPosition)>();
        for (var stage = after?.Stage ?? 0; stage < Resembling + Thresholds.Length && HasRoom(stage); stage++)
        {
            found.AddRange(await FindAsync(stage, query, filter, viewer, after?.Stage == stage ? after : null, limit - found.Count, cancellationToken));
        }

        return found;

        // What resembles the query only adds to nothing.
        bool HasRoom(int stage) => stage < Resembling ? found.Count < limit : found.Count == 0 && (after is null || after.Value.Stage == stage);
    }

    private async Task<List<(Title, SearchPosition)>> FindAsync(
        int stage, string query, TitleFilter filter, Viewer viewer, SearchPosition? after, int limit, CancellationToken cancellationToken)
    {
        string[] words = stage == Words ? [.. query.Split(' ').Distinct(StringComparer.Ordinal).Take(MaxWords).Select(word => $"% {Like.Escape(word)}%")] : [];
        var filters = filter.Values(viewer);
        var condition = stage switch
        {
            0 => IsQuery,
            Beginning => $"{BeginsWithQuery} AND NOT {IsQuery}",
            Words => $"{HasAll(words, first: FirstFilter + filters.Length)} AND NOT {BeginsWithQuery} AND NOT {IsQuery}",
            _ => Resembles,
        };
        var isRanked = stage >= Resembling;
        var isAfter = $"($3::real IS NULL OR {(isRanked ? "similarity < $3 OR (similarity = $3 AND (display_key, id) > ($4::text, $5::uuid))" : "(display_key, id) > ($4::text, $5::uuid)")})";
        var order = $"ORDER BY {(isRanked ? "similarity DESC, " : "")}display_key, id";
        // What resembles the query is sorted whole: the index does not find the closest first.
        var rest = isRanked ? "" : $"AND {isAfter} {order} LIMIT {Number(stage == Beginning ? limit : Ahead)}";
        await using var batch = database.CreateBatch();
        if (isRanked)
        {
            batch.Add("SELECT set_config('pg_trgm.word_similarity_threshold', $1, true)", Thresholds[stage - Resembling]);
        }

        batch.Add($"""
            WITH fitting AS MATERIALIZED (
                SELECT *, {(isRanked ? "word_similarity($1, search_text)" : "1::real")} AS similarity FROM title
                WHERE $1::text <> '' AND $2::text <> '' AND {condition} AND {TitleFilter.Fits(FirstFilter)} {rest})
            SELECT {TitleRow.Columns}, similarity, display_key FROM fitting AS title
            WHERE {isAfter}
            {order}
            LIMIT $6
            """,
            [query, Like.Escape(query) + "%", after?.Similarity, after?.DisplayKey, after?.Id, limit, .. filters, .. words]);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (isRanked)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        return await reader.ListAsync(
            row => (TitleRow.Read(row), new SearchPosition(stage, row.GetFloat(22), row.GetString(23), row.GetGuid(0))), cancellationToken);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    // One condition a word: only these can be looked up by their trigrams.
    private static string HasAll(string[] words, int first) => string.Join(
        " AND ", words.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"search_text LIKE ${first + i}::text")));
}
