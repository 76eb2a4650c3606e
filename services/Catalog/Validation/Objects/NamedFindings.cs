namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>Findings of one rule about one variant or folder: the first are named, the rest is counted.</summary>
/// <param name="findings">Where they go.</param>
/// <param name="rule">The rule.</param>
/// <param name="owner">The subject of the count.</param>
/// <param name="max">How many are named.</param>
internal sealed class NamedFindings(Findings findings, MediaRule rule, string owner, int max)
{
    private int _count;

    public void Add(string subject, string message)
    {
        if (_count++ < max)
        {
            findings.Add(rule, subject, message);
        }
    }

    /// <summary>Adds the count of those that were not named. The sentence follows a number, such as <c>more segments are missing.</c></summary>
    public void Count(string sentence)
    {
        if (_count > max)
        {
            findings.Add(rule, owner, FormattableString.Invariant($"{_count - max:N0} {sentence}"));
        }
    }
}
