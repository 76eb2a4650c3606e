using System.Diagnostics.Metrics;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>What operators watch of collected reports.</summary>
internal sealed class CmcdMetrics
{
    private readonly Counter<long> _reports;
    private readonly Counter<long> _problems;
    private readonly Counter<long> _keys;

    public CmcdMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("moviesnow.telemetry");
        _reports = meter.CreateCounter<long>(
            "moviesnow.telemetry.cmcd.reports", "{report}",
            "CMCD reports, by `form` (lines, json, headers, query), `version` and `outcome`: accepted, duplicate, rejected.");
        _problems = meter.CreateCounter<long>("moviesnow.telemetry.cmcd.problems", "{problem}", "Parts of CMCD reports that could not be used.");
        _keys = meter.CreateCounter<long>(
            "moviesnow.telemetry.cmcd.keys", "{key}", "Keys of CMCD reports that the standard does not reserve, by `kind`: custom, unknown.");
    }

    public void Rejected(CmcdForm form, CmcdReport report) => Count(form, report, "rejected");

    public void Recorded(CmcdForm form, CmcdReport report, EventVerdict verdict) => Count(form, report, verdict switch
    {
        EventVerdict.Accepted => "accepted",
        EventVerdict.Duplicate => "duplicate",
        _ => "rejected",
    });

    private void Count(CmcdForm form, CmcdReport report, string outcome)
    {
        _reports.Add(1, new("form", NameOf(form)), new("version", report.Version), new("outcome", outcome));
        Add(_problems, report.ProblemCount);
        Add(_keys, report.CustomKeys, "custom");
        Add(_keys, report.UnknownKeys, "unknown");
    }

    private static void Add(Counter<long> counter, int count, string? kind = null)
    {
        if (count > 0)
        {
            counter.Add(count, kind is null ? [] : [new("kind", kind)]);
        }
    }

    private static string NameOf(CmcdForm form) => form switch
    {
        CmcdForm.Lines => "lines",
        CmcdForm.Json => "json",
        CmcdForm.Headers => "headers",
        _ => "query",
    };
}
