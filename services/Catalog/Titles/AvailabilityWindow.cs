using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>When and where a title may be watched, checked and in the database's terms.</summary>
internal sealed record AvailabilityWindow(DateTimeOffset? From, DateTimeOffset? Until, CountryRule CountryRule, string[] Countries)
{
    private const int MaxCountries = 250;

    /// <summary>Checks what a request says.</summary>
    public static void Check(RequestCheck check, string field, Availability? availability)
    {
        if (availability is null)
        {
            return;
        }

        var from = check.Time($"{field}.from", availability.From)?.ToMicroseconds();
        var until = check.Time($"{field}.until", availability.Until)?.ToMicroseconds();
        check.Require(from is null || until is null || until > from, $"{field}.until", "must be later than from");
        check.KnownOrUnspecified($"{field}.country_rule", availability.CountryRule);
        CheckCountries(check, $"{field}.countries", availability.CountryRule, [.. availability.Countries]);
    }

    /// <summary>Takes over what was checked; absent means everywhere and always.</summary>
    public static AvailabilityWindow Of(Availability? availability) => new(
        availability?.From?.ToDateTimeOffset().ToMicroseconds(), availability?.Until?.ToDateTimeOffset().ToMicroseconds(),
        availability?.CountryRule ?? default, [.. availability?.Countries ?? []]);

    /// <summary>True in a country at a time; an empty country is an unknown one, which passes only without a country list.</summary>
    public bool Includes(string country, DateTimeOffset now) =>
        (From is null || From <= now) && (Until is null || Until > now) && CountryRule switch
        {
            CountryRule.Include => Countries.Contains(country, StringComparer.Ordinal),
            CountryRule.Exclude => country.Length > 0 && !Countries.Contains(country, StringComparer.Ordinal),
            _ => true,
        };

    /// <summary>The window in the contract's terms.</summary>
    public Availability ToMessage() => new()
    {
        From = From is { } from ? Timestamp.FromDateTimeOffset(from) : null,
        Until = Until is { } until ? Timestamp.FromDateTimeOffset(until) : null,
        CountryRule = CountryRule,
        Countries = { Countries },
    };

    private static void CheckCountries(RequestCheck check, string field, CountryRule rule, string[] countries)
    {
        if (rule is CountryRule.Unspecified)
        {
            check.Require(countries.Length == 0, field, "must be empty without a rule");
            return;
        }

        check.Require(countries.Length is > 0 and <= MaxCountries, field, $"must have 1 to {MaxCountries} codes with a rule");
        check.Require(countries.Distinct(StringComparer.Ordinal).Count() == countries.Length, field, "must not have duplicates");
        if (countries.Contains("", StringComparer.Ordinal))
        {
            check.Add(field, "must not have empty codes");
        }

        foreach (var country in countries.Take(MaxCountries))
        {
            check.Country(field, country);
        }
    }
}
