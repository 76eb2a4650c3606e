namespace MoviesNow.Telemetry.Cmcd;

/// <summary>
/// Gathers the keys of one report, however they were sent, and then judges their values: the version, by which they are judged, comes
/// last in the alphabet.
/// </summary>
/// <param name="line">Where the report was in its body, from 1.</param>
internal sealed class CmcdReportBuilder(int line)
{
    private const int NumberLength = 4;

    private readonly Dictionary<string, (CmcdValue Value, int Column)> _sent = new(StringComparer.Ordinal);
    private readonly List<CmcdProblem> _problems = [];
    private int _problemCount;

    /// <summary>Adds a key; of one that is there twice the last counts (RFC 8941, 4.2.2). False when there are too many.</summary>
    public bool Add(string key, CmcdValue value, int column)
    {
        if (_sent.Count >= CmcdLimits.MaxKeys && !_sent.ContainsKey(key))
        {
            AddProblem(column, "", $"must have at most {CmcdLimits.MaxKeys} keys");
            return false;
        }

        _sent[key] = (value, column);
        return true;
    }

    public void AddProblem(int column, string key, string requirement)
    {
        _problemCount++;
        if (_problems.Count < CmcdLimits.MaxProblems)
        {
            _problems.Add(new CmcdProblem(line, column, key, requirement));
        }
    }

    public CmcdReport Build()
    {
        var version = VersionOf();
        var values = new Dictionary<string, CmcdValue>(_sent.Count, StringComparer.Ordinal);
        var extra = new Dictionary<string, CmcdValue>(StringComparer.Ordinal);
        var (custom, unknown) = (0, 0);
        foreach (var (key, (value, column)) in version is >= 1 and <= CmcdKeys.LatestVersion ? _sent : [])
        {
            if (CmcdKeys.Find(version, key) is { } rule)
            {
                if (rule.Accepts(value))
                {
                    values[key] = value;
                }
                else
                {
                    AddProblem(column, key, rule.Requirement);
                }

                continue;
            }

            _ = CmcdKeys.IsCustom(key) ? custom++ : unknown++;
            if (extra.Count < CmcdLimits.MaxExtraKeys && LengthOf(value) <= CmcdLimits.MaxExtraLength)
            {
                extra[key] = value;
            }
        }

        return new CmcdReport
        {
            Version = version,
            Line = line,
            Values = values,
            Extra = extra,
            CustomKeys = custom,
            UnknownKeys = unknown,
            Problems = _problems,
            ProblemCount = _problemCount,
        };
    }

    private static int LengthOf(CmcdValue value) =>
        value.Items?.Sum(item => item.ObjectType.Length + (item.Value.IsNumber ? NumberLength : item.Value.Text.Length)) ?? value.Text.Length;

    /// <summary>Without the key it is version 1. A report of a later version is not understood at all: its keys may mean other things.</summary>
    private int VersionOf()
    {
        if (!_sent.TryGetValue("v", out var sent))
        {
            return 1;
        }

        if (sent.Value is { Kind: CmcdKind.Integer, Number: >= 1 and <= CmcdKeys.LatestVersion } version)
        {
            return (int)version.Number;
        }

        AddProblem(sent.Column, "v", $"must be a version up to {CmcdKeys.LatestVersion}");
        return 0;
    }
}
