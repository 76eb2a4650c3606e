using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Validation;

/// <summary>Collects what is found. The answer does not depend on the order in which it was.</summary>
internal sealed class Findings
{
    /// <summary>The most findings of an answer.</summary>
    public const int MaxCount = 1_000;

    private readonly HashSet<Finding> _all = [];

    /// <summary>True when not everything was looked at.</summary>
    public bool IsIncomplete { get; private set; }

    public int Count => _all.Count;

    /// <param name="rule">The broken rule.</param>
    /// <param name="subject">Id of the asset, variant, episode or title, or a storage key.</param>
    /// <param name="message">What is wrong, as a sentence.</param>
    public void Add(MediaRule rule, string subject, string message) => _all.Add(new(rule, subject, message));

    public void MarkIncomplete() => IsIncomplete = true;

    /// <summary>The worst findings, by severity, rule, subject and message.</summary>
    public IEnumerable<MediaFinding> WorstFirst(int max = MaxCount) => _all
        .OrderByDescending(finding => finding.Rule.Severity)
        .ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal)
        .ThenBy(finding => finding.Subject, StringComparer.Ordinal)
        .ThenBy(finding => finding.Message, StringComparer.Ordinal)
        .Take(max)
        .Select(finding => new MediaFinding
        {
            RuleId = finding.Rule.Id,
            Severity = finding.Rule.Severity,
            Subject = finding.Subject,
            Message = finding.Message,
            Clause = finding.Rule.Clause,
        });

    private sealed record Finding(MediaRule Rule, string Subject, string Message);
}
