using Google.Protobuf;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Shared;

/// <summary>Keyset pages: a store is asked for one row more than the page has, and that row says that there is a next page.</summary>
internal static class Page
{
    /// <summary>Takes the extra row off and gives the token of the next page; empty on the last.</summary>
    public static string Cut<T>(List<T> rows, int size, IMessage request, Func<T, string[]> cursorOf)
    {
        var next = Next(rows, size, request, cursorOf);
        rows.RemoveRange(Math.Min(size, rows.Count), Math.Max(rows.Count - size, 0));
        return next;
    }

    /// <summary>The token of the next page; empty on the last.</summary>
    public static string Next<T>(IReadOnlyList<T> rows, int size, IMessage request, Func<T, string[]> cursorOf) =>
        rows.Count > size ? PageToken.Next(request, cursorOf(rows[size - 1])) : "";

    /// <summary>The cursor that a token carries, parsed; null for the first page. A token that parses to nothing is not ours.</summary>
    public static T? Cursor<T>(IMessage request, string token, int length, Func<string[], T?> parse) where T : struct
    {
        if (PageToken.Read(request, token, length) is not { } cursor)
        {
            return null;
        }

        // PostgreSQL has no NUL in texts.
        var isSafe = !Array.Exists(cursor, value => value is null || value.Contains('\0', StringComparison.Ordinal));
        return (isSafe ? parse(cursor) : null) ?? throw RpcErrors.Of(ErrorReason.InvalidPageToken);
    }
}
