using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Transfer;

/// <summary>What the lines of a block say.</summary>
internal sealed class ParsedBlock(LineBlock lines)
{
    private const int MaxViolations = 20;
    private const int MaxField = 100;
    private const int MaxReason = 300;

    public LineBlock Lines => lines;

    public List<ImportRecord> Records { get; } = [];

    /// <summary>Lines that break a rule by themselves.</summary>
    public List<Rejection> Rejections { get; } = [.. lines.Rejections];

    /// <summary>Lines that the format leaves out.</summary>
    public int Skipped { get; set; }

    /// <summary>Takes what a line says, unless something is wrong with it.</summary>
    public void Add(int line, RequestCheck check, Func<ImportRecord> record)
    {
        if (check.Violations.Count == 0)
        {
            Records.Add(record());
        }
        else
        {
            Rejections.Add(RejectionOf(line, check.Violations.Select(violation => (violation.Field, violation.Description))));
        }
    }

    public void Reject(int line, string field, string reason) => Rejections.Add(RejectionOf(line, [(field, reason)]));

    /// <summary>The rejection of a line.</summary>
    public Rejection RejectionOf(int line, IEnumerable<(string Field, string Reason)> violations) => new(
        lines.Lines[line].Number,
        [.. violations.Take(MaxViolations).Select(violation => (PrintableText.Of(violation.Field, MaxField), PrintableText.Of(violation.Reason, MaxReason)))],
        Rejection.ExcerptOf(lines[line].Span));
}
