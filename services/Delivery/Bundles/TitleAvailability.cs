using MoviesNow.Catalog.V1;

namespace MoviesNow.Delivery.Bundles;

/// <summary>Whether a title may be had at a time and place.</summary>
internal static class TitleAvailability
{
    /// <summary>True inside the window and the country list. An unknown country (empty) passes only where there is no list.</summary>
    public static bool Allows(Availability? availability, DateTimeOffset now, string country)
    {
        if (availability is null)
        {
            return true;
        }

        var afterStart = availability.From is null || availability.From.ToDateTimeOffset() <= now;
        var beforeEnd = availability.Until is null || now < availability.Until.ToDateTimeOffset();
        return afterStart && beforeEnd && availability.CountryRule switch
        {
            CountryRule.Unspecified => true,
            CountryRule.Include => availability.Countries.Contains(country),
            CountryRule.Exclude => country.Length > 0 && !availability.Countries.Contains(country),
            _ => false,
        };
    }
}
