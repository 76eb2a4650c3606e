using System.Collections.Frozen;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>
/// The country of whoever calls, which decides what is available to them. Trusted proxies tell it in a header
/// (<c>Proxies:CountryHeaders</c>); services and admins may state it in the request. What anybody else claims is ignored.
/// An unknown country is empty.
/// </summary>
public static class CallerCountry
{
    // ISO's codes for "unknown"; Tor, anonymous proxies, satellite and "other" in CDNs' databases; regions in place of a country.
    private static readonly FrozenSet<string> Unknown =
        FrozenSet.Create(StringComparer.Ordinal, "", "XX", "ZZ", "T1", "A1", "A2", "O1", "EU", "AP");

    /// <summary>Checks the country that a request states: an assigned code, or one that means unknown.</summary>
    /// <param name="check">Collects the violation.</param>
    /// <param name="field">Path of the field.</param>
    /// <param name="value">What the request says.</param>
    public static void Check(RequestCheck check, string field, string value)
    {
        ArgumentNullException.ThrowIfNull(check);
        if (!Unknown.Contains(value))
        {
            check.Country(field, value);
        }
    }

    /// <summary>The country that counts for a call: an assigned code, or empty when it is unknown.</summary>
    /// <param name="context">The call.</param>
    /// <param name="stated">What the request states; counts for services and admins only.</param>
    public static string Of(ServerCallContext context, string stated)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (stated.Length > 0 && context.IsAdminOrService())
        {
            return Known(stated);
        }

        // A service is where it runs, and its viewer may be anywhere.
        return context.IsService() ? "" : context.GetHttpContext().Features.Get<Told>()?.Country ?? "";
    }

    /// <summary>The country that proxies told: an assigned code, or empty when none did, when it is unknown, or when they contradict each other.</summary>
    /// <param name="headers">The call's headers.</param>
    /// <param name="names">The headers that trusted proxies set.</param>
    internal static string In(IHeaderDictionary headers, IEnumerable<string> names)
    {
        var told = StringValues.Empty;
        foreach (var name in names)
        {
            told = StringValues.Concat(told, headers[name]);
        }

        // A second value may be the client's own, which a proxy did not remove.
        var countries = told.OfType<string>().Select(value => value.Trim().ToUpperInvariant()).Distinct(StringComparer.Ordinal).ToList();
        return countries is [var country] ? Known(country) : "";
    }

    /// <summary>Remembers what a proxy told; empty is as good as nothing.</summary>
    internal static void Remember(HttpContext context, string country) => context.Features.Set(new Told(country));

    private static string Known(string code) => CountryCode.Violation(code) is null ? code : "";

    internal sealed record Told(string Country);
}
