using System.Text.RegularExpressions;
using Google.Protobuf.Collections;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>The rules for ids that titles and episodes have in other catalogues.</summary>
internal static partial class ExternalIds
{
    private const int EidrModulus = 36;

    /// <summary>Checks ids and brings them into the order of their schemes.</summary>
    /// <param name="check">Collects the violations.</param>
    /// <param name="field">Path of the field in the request.</param>
    /// <param name="ids">The ids; sorted in place.</param>
    /// <param name="tmdbKinds">The kinds of TMDB ids that the work may have.</param>
    public static void Check(RequestCheck check, string field, RepeatedField<ExternalId> ids, params ReadOnlySpan<string> tmdbKinds)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            check.Known($"{field}[{i}].scheme", ids[i].Scheme);
            if (Violation(ids[i], tmdbKinds) is { } violation)
            {
                check.Add($"{field}[{i}].value", violation);
            }
        }

        check.Require(ids.DistinctBy(id => id.Scheme).Count() == ids.Count, field, "must have at most one id a scheme");
        var sorted = ids.OrderBy(id => id.Scheme).ToArray();
        ids.Clear();
        ids.AddRange(sorted);
    }

    /// <summary>Why a value is not one of its scheme; null when it is.</summary>
    public static string? Violation(ExternalId id, params ReadOnlySpan<string> tmdbKinds) => id.Scheme switch
    {
        ExternalIdScheme.Imdb when !ImdbPattern().IsMatch(id.Value) => "must be tt and 7 to 10 digits, such as tt0133093",
        ExternalIdScheme.Tmdb when !TmdbPattern().IsMatch(id.Value) || !tmdbKinds.Contains(id.Value[..id.Value.IndexOf('/', StringComparison.Ordinal)]) =>
            $"must be {string.Join(" or ", tmdbKinds!)}, a slash and a number of at most 10 digits, such as {tmdbKinds[0]}/603",
        ExternalIdScheme.Eidr when !EidrPattern().IsMatch(id.Value) => "must be an EIDR such as 10.5240/7791-8534-2C23-9030-8610-5",
        ExternalIdScheme.Eidr when !HasEidrCheckCharacter(id.Value) => "must end in the check character of the EIDR",
        _ => null,
    };

    // ISO/IEC 7064 MOD 37,36 over the twenty hexadecimal digits after the prefix.
    private static bool HasEidrCheckCharacter(string eidr)
    {
        var characters = eidr["10.5240/".Length..].Replace("-", "", StringComparison.Ordinal);
        var product = EidrModulus;
        foreach (var character in characters[..^1])
        {
            var sum = (product + ValueOf(character)) % EidrModulus;
            product = (sum == 0 ? EidrModulus : sum) * 2 % (EidrModulus + 1);
        }

        return (product + ValueOf(characters[^1])) % EidrModulus == 1;
    }

    private static int ValueOf(char character) => char.IsAsciiDigit(character) ? character - '0' : character - 'A' + 10;

    [GeneratedRegex(@"^tt[0-9]{7,10}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ImdbPattern();

    [GeneratedRegex(@"^(movie|tv|episode)/[1-9][0-9]{0,9}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TmdbPattern();

    [GeneratedRegex(@"^10\.5240/([0-9A-F]{4}-){5}[0-9A-Z]\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex EidrPattern();
}
