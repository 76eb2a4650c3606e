namespace MoviesNow.ClusterTest.Load;

/// <summary>What a kind of load was promised, and what of it is there.</summary>
/// <param name="Acknowledged">Effects that a client was told of.</param>
/// <param name="Lost">Those of them that are not there.</param>
/// <param name="Doubled">Effects that are there more than once.</param>
internal sealed record Account(long Acknowledged, long Lost, long Doubled)
{
    public static Account Nothing { get; } = new(0, 0, 0);

    public static Account operator +(Account left, Account right) =>
        new(left.Acknowledged + right.Acknowledged, left.Lost + right.Lost, left.Doubled + right.Doubled);
}
