using Grpc.Core;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.Catalog.Titles;

/// <summary>
/// Who looks at titles. Admins and services see all of them; the public sees those that are published and available now in its country.
/// </summary>
/// <param name="SeesAll">True for admins and services.</param>
/// <param name="Country">Country of a public viewer; empty when unknown, which passes only titles without a country list.</param>
/// <param name="Now">The moment that counts for availability.</param>
internal sealed record Viewer(bool SeesAll, string Country, DateTimeOffset Now)
{
    /// <summary>Sees all titles.</summary>
    public static readonly Viewer Admin = new(SeesAll: true, "", default);

    public static Viewer Of(ServerCallContext context, string country, TimeProvider time) =>
        new(context.IsAdminOrService(), country, time.GetUtcNow());

    /// <summary>The condition on the row <c>title</c> under which this viewer sees it, with the viewer's values as parameters.</summary>
    public static string Sees(string seesAll, string country, string now) =>
        $"({seesAll} OR (title.state = 'Published' AND {IsAvailable(country, now)}))";

    /// <summary>The condition on the row <c>title</c> under which it is available in a country at a time.</summary>
    public static string IsAvailable(string country, string now) => $"""
        ((title.available_from IS NULL OR title.available_from <= {now}) AND (title.available_until IS NULL OR title.available_until > {now})
         AND CASE title.country_rule
             WHEN 'Include' THEN {country} = ANY (title.countries)
             WHEN 'Exclude' THEN {country} <> '' AND {country} <> ALL (title.countries)
             ELSE true END)
        """;
}
