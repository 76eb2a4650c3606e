using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>The name of a title as it is sorted and searched: without case and diacritics, the same under every locale.</summary>
internal static class TitleName
{
    public static string Fold(string name) => SearchKey.Of(name);
}
