using System.Text;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>
/// Normalization form C (Unicode Standard Annex 15). <see cref="string.Normalize()"/> returns its input unchanged where globalization is
/// invariant.
/// </summary>
internal static class Normalization
{
    // Hangul syllables are composed by arithmetic (the Unicode Standard, section 3.12).
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TrailCount;

    /// <summary>The text in form C. Unpaired surrogates become U+FFFD.</summary>
    public static string Compose(string text)
    {
        // Everything below the first combining mark is in form C.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
        {
            return text;
        }

        var characters = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, characters);
        }

        var composed = new StringBuilder(text.Length);
        foreach (var c in Recompose(characters))
        {
            composed.Append(new Rune(c).ToString());
        }

        return composed.ToString();
    }

    private static void Decompose(int c, List<int> output)
    {
        if (c is >= SyllableBase and < SyllableBase + SyllableCount)
        {
            var syllable = c - SyllableBase;
            output.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
            output.Add(VowelBase + (syllable / TrailCount % VowelCount));
            if (syllable % TrailCount > 0)
            {
                output.Add(TrailBase + (syllable % TrailCount));
            }
        }
        else if (UnicodeTables.Shared.DecompositionOf(c) is { } parts)
        {
            foreach (var part in parts)
            {
                Decompose(part, output);
            }
        }
        else
        {
            Insert(c, output);
        }
    }

    /// <summary>Adds a character; a mark goes before the marks that come after it in canonical order.</summary>
    private static void Insert(int c, List<int> output)
    {
        var at = output.Count;
        if (UnicodeTables.Shared.RankOf(c) is > 0 and var rank)
        {
            while (at > 0 && UnicodeTables.Shared.RankOf(output[at - 1]) > rank)
            {
                at--;
            }
        }

        output.Insert(at, c);
    }

    private static List<int> Recompose(List<int> characters)
    {
        var output = new List<int>(characters.Count);
        var starter = -1;
        // Rank of the last mark that was kept after the starter. A mark combines past marks of lower rank only.
        var last = -1;
        foreach (var c in characters)
        {
            int rank = UnicodeTables.Shared.RankOf(c);
            if (starter >= 0 && last < rank && TryCompose(output[starter], c, out var composed))
            {
                output[starter] = composed;
                continue;
            }

            (starter, last) = rank == 0 ? (output.Count, -1) : (starter, rank);
            output.Add(c);
        }

        return output;
    }

    private static bool TryCompose(int first, int second, out int composed)
    {
        if (first is >= LeadBase and < LeadBase + LeadCount && second is >= VowelBase and < VowelBase + VowelCount)
        {
            composed = SyllableBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount);
            return true;
        }

        if (first is >= SyllableBase and < SyllableBase + SyllableCount && (first - SyllableBase) % TrailCount == 0
            && second is > TrailBase and < TrailBase + TrailCount)
        {
            composed = first + second - TrailBase;
            return true;
        }

        return UnicodeTables.Shared.TryCompose(first, second, out composed);
    }
}
