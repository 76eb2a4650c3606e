using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Bundles;

namespace MoviesNow.Delivery.Tests.Bundles;

public sealed class TitleAvailabilityTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(0, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(-2, 0, false)]
    [InlineData(-1, null, true)]
    public void Allows_Window_IncludesItsStartAndNotItsEnd(int? fromHours, int? untilHours, bool expected)
    {
        var availability = new Availability { From = At(fromHours), Until = At(untilHours) };

        Assert.Equal(expected, TitleAvailability.Allows(availability, Now, country: ""));
    }

    [Theory]
    [InlineData(CountryRule.Unspecified, "", true)]
    [InlineData(CountryRule.Include, "NO", true)]
    [InlineData(CountryRule.Include, "SE", false)]
    [InlineData(CountryRule.Include, "", false)]
    [InlineData(CountryRule.Exclude, "NO", false)]
    [InlineData(CountryRule.Exclude, "SE", true)]
    [InlineData(CountryRule.Exclude, "", false)]
    public void Allows_CountryList_RefusesTheUnknown(CountryRule rule, string country, bool expected) =>
        Assert.Equal(expected, TitleAvailability.Allows(new Availability { CountryRule = rule, Countries = { "NO" } }, Now, country));

    private static Timestamp? At(int? hours) => hours is null ? null : Timestamp.FromDateTimeOffset(Now.AddHours(hours.Value));
}
