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
/// that begin with its words; and when there is none of these, those that resemble it. A stage is asked only when the page has room, and
/// each reads an index: exact keys, a range of names, trigrams, or, where a word is in many names, the order of names.
/// </summary>
internal sealed class TitleSearch(NpgsqlDataSource database)
{
    private const int Words = 2;
    private const int Resembling = 3;
    private const int FirstFilter = 7;

    // More words are not looked at one by one; the first of them tell names apart.
    private const int MaxWords = 8;

    private const string IsQuery = "name_keys @> ARRAY[$1::text]";
    private const string BeginsWithQuery = "display_key LIKE $2::text";
    private const string Similarity = "word_similarity($1, search_text)";

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
        for (var stage = after?.Stage ?? 0; stage <= Words && found.Count < limit; stage++)
        {
            found.AddRange(await FindAsync(stage, query, filter, viewer, after?.Stage == stage ? after : null, limit - found.Count, cancellationToken));
        }

        var isMissing = found.Count == 0 && after is null;
        return isMissing || after?.Stage >= Resembling ? await FindAsync(Resembling, query, filter, viewer, after, limit, cancellationToken) : found;
    }

    private async Task<List<(Title, SearchPosition)>> FindAsync(
        int stage, string query, TitleFilter filter, Viewer viewer, SearchPosition? after, int limit, CancellationToken cancellationToken)
    {
        string[] words = stage == Words ? [.. query.Split(' ').Take(MaxWords).Select(word => $"% {Like.Escape(word)}%")] : [];
        var filters = filter.Values(viewer);
        var condition = stage switch
        {
            0 => IsQuery,
            1 => $"{BeginsWithQuery} AND NOT {IsQuery}",
            Words => $"{HasAll(words, first: FirstFilter + filters.Length)} AND NOT {BeginsWithQuery} AND NOT {IsQuery}",
            _ => "$1 <% search_text",
        };
        var isRanked = stage == Resembling;
        var isAfter = isRanked
            ? $"({Similarity} < $3 OR ({Similarity} = $3 AND (display_key, id) > ($4::text, $5::uuid)))"
            : "(display_key, id) > ($4::text, $5::uuid)";
        await using var command = database.Command($"""
            SELECT {TitleRow.Columns}, {(isRanked ? Similarity : "1::real")}, display_key FROM title
            WHERE $1::text <> '' AND $2::text <> '' AND {condition}
              AND ($3::real IS NULL OR {isAfter})
              AND {TitleFilter.Fits(FirstFilter)}
            ORDER BY {(isRanked ? $"{Similarity} DESC, " : "")}display_key, id
            LIMIT $6
            """,
            [query, Like.Escape(query) + "%", after?.Similarity, after?.DisplayKey, after?.Id, limit, .. filters, .. words]);
        return await command.ListAsync(
            row => (TitleRow.Read(row), new SearchPosition(stage, row.GetFloat(22), row.GetString(23), row.GetGuid(0))), cancellationToken);
    }

    // One condition a word: only these can be looked up by their trigrams.
    private static string HasAll(string[] words, int first) => string.Join(
        " AND ", words.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"search_text LIKE ${first + i}::text")));
}
