using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Titles;

/// <summary>Which titles a list has; the unspecified and the empty filter nothing.</summary>
/// <param name="Query">What the name contains.</param>
/// <param name="Kind">Film or series.</param>
/// <param name="State">State.</param>
/// <param name="Country">Where they are available at <paramref name="Now"/>.</param>
/// <param name="Now">The moment that counts for availability.</param>
internal sealed record TitleFilter(string Query, TitleKind Kind, TitleState State, string Country, DateTimeOffset Now);
