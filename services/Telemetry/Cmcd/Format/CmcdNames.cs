using System.Collections.Frozen;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>The names of reserved keys and tokens as strings that are there already: reports consist of them.</summary>
internal static class CmcdNames
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Known =
        CmcdKeys.Of(1).Concat(CmcdKeys.Of(2)).Concat(["a", "v", "av", "m", "i", "c", "tt", "k", "o", "p", "r", "s", "ps", "t", "rr", "bc"])
            .ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static string Of(ReadOnlySpan<char> name) => Known.TryGetValue(name, out var known) ? known : name.ToString();
}
