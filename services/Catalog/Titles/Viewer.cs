using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>
/// Who looks at titles. Admins and services see all of them; the public sees those that are published and available now in its country,
/// which is for <see cref="CallerCountry"/> to say.
/// </summary>
/// <param name="SeesAll">True for admins and services.</param>
/// <param name="Country">Country of the viewer; empty when unknown, which passes only titles without a country list.</param>
/// <param name="Now">The moment that counts for availability.</param>
internal sealed record Viewer(bool SeesAll, string Country, DateTimeOffset Now)
{
    /// <summary>Sees all titles.</summary>
    public static readonly Viewer Admin = new(SeesAll: true, "", default);

    /// <summary>Whoever makes a call.</summary>
    /// <param name="context">The call.</param>
    /// <param name="stated">The country that the request states; a claim of the public is ignored.</param>
    /// <param name="time">The clock.</param>
    public static Viewer Of(ServerCallContext context, string stated, TimeProvider time) =>
        new(context.IsAdminOrService(), CallerCountry.Of(context, stated), time.GetUtcNow());

    /// <summary>As <see cref="Of"/>, but a service or an admin that states a country looks for somebody there, and sees what the public sees.</summary>
    /// <inheritdoc cref="Of"/>
    public static Viewer In(ServerCallContext context, string stated, TimeProvider time)
    {
        var viewer = Of(context, stated, time);
        return stated.Length > 0 ? viewer with { SeesAll = false } : viewer;
    }

    /// <summary>True when this viewer sees a title.</summary>
    public bool Sees(Title title) =>
        SeesAll || (title.State is TitleState.Published && AvailabilityWindow.Of(title.Availability).Includes(Country, Now));

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
