namespace MoviesNow.Cli.Telemetry;

/// <summary>A line that was not usable.</summary>
internal sealed record BadLine(long Line, string Problem);

/// <summary>What became of a log.</summary>
internal sealed class IngestTotal
{
    /// <summary>The most bad lines that are told.</summary>
    public const int MaxTold = 1_000;

    private readonly List<BadLine> _bad = [];

    /// <summary>The last line that is dealt with.</summary>
    public long Lines { get; set; }

    /// <summary>Lines without CMCD: of other requests.</summary>
    public long WithoutCmcd { get; set; }

    public long AcceptedCount { get; set; }

    public long DuplicateCount { get; set; }

    /// <summary>Events that the service did not take, such as of sessions that are not there.</summary>
    public long RejectedCount { get; set; }

    public long BadCount { get; private set; }

    /// <summary>Bad lines and rejected events, the first of them.</summary>
    public IReadOnlyList<BadLine> Bad => _bad;

    public void AddBad(long line, string problem)
    {
        BadCount++;
        Tell(line, problem);
    }

    public void Tell(long line, string problem)
    {
        if (_bad.Count < MaxTold)
        {
            _bad.Add(new BadLine(line, problem));
        }
    }
}
