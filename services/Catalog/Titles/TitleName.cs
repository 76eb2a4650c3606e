namespace MoviesNow.Catalog.Titles;

/// <summary>The name of a title as it is sorted and searched: without case, the same under every locale.</summary>
internal static class TitleName
{
    public static string Fold(string name) => name.ToLowerInvariant();
}
