using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>Makes the events of one request's reports, and gathers what is wrong with them.</summary>
/// <param name="target">What the URL said.</param>
/// <param name="session">The session.</param>
/// <param name="now">When the request came.</param>
internal sealed class CmcdReading(CmcdTarget target, CmcdSession session, DateTimeOffset now)
{
    private const long MaxUnixMilliseconds = 253_402_300_799_999;

    private readonly List<CmcdProblem> _problems = [];

    /// <summary>What was wrong, the first of it.</summary>
    public IReadOnlyList<CmcdProblem> Problems => _problems;

    /// <summary>The event of a report; null when the report is rejected.</summary>
    public PlaybackEvent? EventOf(CmcdReport report)
    {
        foreach (var problem in report.Problems)
        {
            Add(problem);
        }

        if (RejectionOf(report) is var (key, requirement))
        {
            Add(new CmcdProblem(report.Line, 0, key, requirement));
            return null;
        }

        // By the player's clock, as all its events are. A report without a time was made just now.
        var happened = report.Number("ts") is >= 0 and <= MaxUnixMilliseconds and var told
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)told)
            : now - session.ClockOffset;
        if (SequenceOf(report, happened) is not { } sequence)
        {
            Add(new CmcdProblem(
                report.Line, 0, report.Values.ContainsKey("sn") ? "sn" : "ts",
                $"must lead to a number of at most {CmcdSequence.MaxFromNumber:N0}, or without sn be at most 23 days after the session's start"));
            return null;
        }

        return CmcdEvents.Of(report, sequence, happened, session.Memory);
    }

    private (string Key, string Requirement)? RejectionOf(CmcdReport report)
    {
        if (!report.IsUsable)
        {
            return report.ProblemCount > 0 ? ("", "must have a key of CMCD that is well-formed") : ("", "must have a key of CMCD");
        }

        if (report.Text("sid") is { } sid && !(Guid.TryParse(sid, out var id) && id == target.SessionId))
        {
            return ("sid", "must be the session of the URL");
        }

        return report.Text("cid") is { } cid && !session.Plays(cid) && !CmcdEvents.IsOfAd(report)
            ? ("cid", "must be the id of the session's title or episode")
            : null;
    }

    private long? SequenceOf(CmcdReport report, DateTimeOffset happened) => report.Number("sn") is { } number
        ? CmcdSequence.FromNumber(target.FirstSequence, number)
        : CmcdSequence.FromTime(session.StartTime - session.ClockOffset, happened);

    private void Add(CmcdProblem problem)
    {
        if (_problems.Count < CmcdAnswer.MaxProblems)
        {
            _problems.Add(problem);
        }
    }
}
