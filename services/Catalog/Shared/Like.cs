namespace MoviesNow.Catalog.Shared;

/// <summary>Patterns of <c>LIKE</c>.</summary>
internal static class Like
{
    /// <summary>The text as a pattern that stands for itself.</summary>
    public static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
