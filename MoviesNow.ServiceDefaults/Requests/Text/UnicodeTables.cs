using System.Globalization;
using System.Text;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>
/// What normalization and search folding need to know of Unicode. .NET asks ICU for it, and knows nothing of it where globalization
/// is invariant, as it is here: ICU would have to be installed on every machine.
/// </summary>
internal sealed class UnicodeTables
{
    private readonly Dictionary<int, byte> _ranks = [];
    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly Dictionary<(int, int), int> _compositions = [];
    private readonly Dictionary<int, string> _folds = [];
    private readonly (int From, int To)[] _invisible;

    private UnicodeTables(TableFile file)
    {
        foreach (var word in file["marks"])
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var (from, to) = Range(word[..colon]);
            var rank = byte.Parse(word.AsSpan(colon + 1), NumberStyles.None);
            for (var c = from; c <= to; c++)
            {
                _ranks.Add(c, rank);
            }
        }

        foreach (var word in file["decompositions"])
        {
            var sign = word.AsSpan().IndexOfAny('=', '>');
            var (from, parts) = (Number(word.AsSpan(0, sign)), Numbers(word[(sign + 1)..]));
            _decompositions.Add(from, parts);
            if (word[sign] == '=')
            {
                _compositions.Add((parts[0], parts[1]), from);
            }
        }

        foreach (var (from, to) in file["dropped"].Select(Range))
        {
            for (var c = from; c <= to; c++)
            {
                _folds.Add(c, "");
            }
        }

        foreach (var word in file["folds"])
        {
            var sign = word.IndexOf('=', StringComparison.Ordinal);
            _folds.Add(Number(word.AsSpan(0, sign)), string.Concat(Numbers(word[(sign + 1)..]).Select(char.ConvertFromUtf32)));
        }

        _invisible = [.. file["invisible"].Select(Range)];
    }

    /// <summary>The tables; read when they are first needed.</summary>
    public static UnicodeTables Shared { get; } = new(TableFile.Open("Text.unicode.txt"));

    /// <summary>The place of a mark in canonical order, from 1; 0 for a character that keeps its place.</summary>
    public byte RankOf(int c) => _ranks.GetValueOrDefault(c);

    /// <summary>What a character is canonically equivalent to; null when it stands for itself.</summary>
    public int[]? DecompositionOf(int c) => _decompositions.GetValueOrDefault(c);

    /// <summary>The one character for two, if there is one.</summary>
    public bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue((first, second), out composed);

    /// <summary>What a character is searched as; null for itself.</summary>
    public string? FoldOf(Rune rune) => _folds.GetValueOrDefault(rune.Value);

    /// <summary>True for a character that is drawn as nothing (Default_Ignorable_Code_Point).</summary>
    public bool IsInvisible(int c)
    {
        foreach (var (from, to) in _invisible)
        {
            if (c <= to)
            {
                return c >= from;
            }
        }

        return false;
    }

    private static int Number(ReadOnlySpan<char> hexadecimal) => int.Parse(hexadecimal, NumberStyles.AllowHexSpecifier);

    private static int[] Numbers(string joined) => [.. joined.Split('.').Select(number => Number(number))];

    private static (int From, int To) Range(string range)
    {
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? (Number(range), Number(range)) : (Number(range.AsSpan(0, dash)), Number(range.AsSpan(dash + 1)));
    }
}
