using System.Collections.Frozen;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>Country codes that ISO 3166-1 officially assigns (alpha-2). Reserved codes, such as UK and EU, and withdrawn ones are none.</summary>
public static class CountryCode
{
    private const string Assigned = """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO
        CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR
        HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN
        MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD
        SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
        YT ZA ZM ZW
        """;

    private static readonly FrozenSet<string> Codes =
        Assigned.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    // What people write for a country that has another code.
    private static readonly FrozenDictionary<string, string> Meant = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["UK"] = "GB",
        ["EL"] = "GR",
        ["BU"] = "MM",
        ["DD"] = "DE",
        ["FX"] = "FR",
        ["SU"] = "RU",
        ["TP"] = "TL",
        ["YD"] = "YE",
        ["ZR"] = "CD",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All codes.</summary>
    public static IReadOnlyCollection<string> All => Codes;

    /// <summary>Why a code is refused, in words that continue the field's name; null for an assigned code in upper case.</summary>
    public static string? Violation(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (Codes.Contains(code))
        {
            return null;
        }

        const string Rule = "must be an officially assigned ISO 3166-1 alpha-2 code in upper case";
        return Meant.GetValueOrDefault(code) is { } meant ? $"{Rule}: {code} is {meant}" : Rule;
    }
}
