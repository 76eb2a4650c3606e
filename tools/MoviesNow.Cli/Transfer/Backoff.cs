namespace MoviesNow.Cli.Transfer;

/// <summary>How long to wait before a request is sent again.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>Twice as long each time, and never the same for all that failed together.</summary>
    /// <param name="faults">How many attempts failed before this one.</param>
    public static TimeSpan After(int faults)
    {
        var delay = First * Math.Pow(2, Math.Min(faults, 10));
        return (delay < Longest ? delay : Longest) * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
