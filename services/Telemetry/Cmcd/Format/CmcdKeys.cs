using System.Collections.Frozen;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>What the value of a key must be.</summary>
/// <param name="Kind">Its type; the type of the items where it is a list.</param>
/// <param name="IsList">Whether it is an inner list.</param>
/// <param name="MaxLength">The most characters of a text.</param>
/// <param name="Tokens">The tokens that there are, between spaces; empty for any.</param>
internal sealed record CmcdKeyRule(CmcdKind Kind, bool IsList = false, int MaxLength = 0, string Tokens = "")
{
    public string Requirement { get; } = (Kind, IsList) switch
    {
        (CmcdKind.Token, _) => $"must be one of {Tokens.Trim()}",
        (CmcdKind.String, true) => $"must be a list of at most {CmcdLimits.MaxItems} strings of at most {MaxLength} characters",
        (CmcdKind.String, false) => $"must be a string of at most {MaxLength} characters",
        (_, true) => $"must be a list of at most {CmcdLimits.MaxItems} integers",
        (CmcdKind.Integer, _) => "must be an integer",
        (CmcdKind.Decimal, _) => "must be a number",
        _ => "must be a boolean",
    };

    public bool Accepts(CmcdValue value) => IsList ? value.Items is { } items && items.All(item => AcceptsItem(item.Value)) : AcceptsItem(value);

    private bool AcceptsItem(CmcdValue value) => Kind switch
    {
        CmcdKind.Integer => value.Kind is CmcdKind.Integer,
        CmcdKind.Decimal => value.IsNumber,
        CmcdKind.String => value.Kind is CmcdKind.String && value.Text.Length <= MaxLength,
        CmcdKind.Token => value.Kind is CmcdKind.Token && Tokens.Contains($" {value.Text} ", StringComparison.Ordinal),
        _ => value.Kind == Kind,
    };
}

/// <summary>The keys that CTA-5004 (version 1) and CTA-5004-B (version 2) reserve, and the types of their values.</summary>
internal static class CmcdKeys
{
    private const int MaxIdLength = 128;
    private const int MaxUrlLength = 8_192;
    private const int MaxDataLength = 4_096;

    private static readonly CmcdKeyRule Integer = new(CmcdKind.Integer);
    private static readonly CmcdKeyRule Integers = new(CmcdKind.Integer, IsList: true);
    private static readonly CmcdKeyRule Boolean = new(CmcdKind.Boolean);
    private static readonly CmcdKeyRule Decimal = new(CmcdKind.Decimal);
    private static readonly CmcdKeyRule Id = new(CmcdKind.String, MaxLength: MaxIdLength);
    private static readonly CmcdKeyRule Data = new(CmcdKind.String, MaxLength: MaxDataLength);
    private static readonly CmcdKeyRule Url = new(CmcdKind.String, MaxLength: MaxUrlLength);

    private static readonly Dictionary<string, CmcdKeyRule> Common = new(StringComparer.Ordinal)
    {
        ["bs"] = Boolean,
        ["cid"] = Id,
        ["d"] = Integer,
        ["dl"] = Integer,
        ["ot"] = new(CmcdKind.Token, Tokens: " m a v av i c tt k o "),
        ["pr"] = Decimal,
        ["rtp"] = Integer,
        ["sf"] = new(CmcdKind.Token, Tokens: " d h e s o "),
        ["sid"] = new(CmcdKind.String, MaxLength: 64),
        ["st"] = new(CmcdKind.Token, Tokens: " v l ll "),
        ["su"] = Boolean,
        ["v"] = Integer,
    };

    private static readonly FrozenDictionary<string, CmcdKeyRule> Version1 = new Dictionary<string, CmcdKeyRule>(Common, StringComparer.Ordinal)
    {
        ["bl"] = Integer,
        ["br"] = Integer,
        ["mtp"] = Integer,
        ["nor"] = Url,
        ["nrr"] = Id,
        ["tb"] = Integer,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, CmcdKeyRule> Version2 = new Dictionary<string, CmcdKeyRule>(Common, StringComparer.Ordinal)
    {
        ["ab"] = Integers,
        ["bg"] = Boolean,
        ["bl"] = Integers,
        ["br"] = Integers,
        ["bsa"] = Integers,
        ["bsd"] = Integers,
        ["bsda"] = Integers,
        ["cdn"] = Id,
        ["cen"] = new(CmcdKind.String, MaxLength: 64),
        ["cmsdd"] = Data,
        ["cmsds"] = Data,
        ["cs"] = Data,
        ["dfa"] = Integer,
        ["e"] = new(CmcdKind.Token, Tokens: " abs abe ae as b bc c ce e h m pc pe pr ps rr sk t um "),
        ["ec"] = new(CmcdKind.String, IsList: true, MaxLength: MaxIdLength),
        ["h"] = Id,
        ["lab"] = Integers,
        ["lb"] = Integers,
        ["ltc"] = Integer,
        ["msd"] = Integer,
        ["mtp"] = Integers,
        ["nor"] = new(CmcdKind.String, IsList: true, MaxLength: MaxUrlLength),
        ["nr"] = Boolean,
        ["pb"] = Integers,
        ["pt"] = Integer,
        ["rc"] = Integer,
        ["smrt"] = Data,
        ["sn"] = Integer,
        ["sta"] = new(CmcdKind.Token, Tokens: " s p k r a w e f q d "),
        ["tab"] = Integers,
        ["tb"] = Integers,
        ["tbl"] = Integers,
        ["tpb"] = Integers,
        ["ts"] = Integer,
        ["ttfb"] = Integer,
        ["ttfbb"] = Integer,
        ["ttlb"] = Integer,
        ["url"] = Url,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The newest version that is understood.</summary>
    public const int LatestVersion = 2;

    /// <summary>The rule of a reserved key; null for a custom or unknown one.</summary>
    public static CmcdKeyRule? Find(int version, string key) => (version == 1 ? Version1 : Version2).GetValueOrDefault(key);

    /// <summary>All reserved keys of a version.</summary>
    public static IEnumerable<string> Of(int version) => (version == 1 ? Version1 : Version2).Keys;

    /// <summary>Whether a key is one of an application's own: it has a hyphen that is neither its first nor its last character.</summary>
    public static bool IsCustom(string key) => key.AsSpan(1, Math.Max(0, key.Length - 2)).Contains('-');
}
