namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>White space between words.</summary>
internal static class Spaces
{
    /// <summary>The words of a text with one space between them, and none at the ends.</summary>
    public static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
