namespace MoviesNow.Telemetry.Cmcd;

/// <summary>
/// Decodes CMCD, versions 1 and 2, in every form that there is: text of a query argument or of a line of a body, headers, JSON. It
/// never throws for anything that was sent, and what it keeps of it is bounded by <see cref="CmcdLimits"/>.
/// </summary>
internal static class CmcdDecoder
{
    /// <summary>The query argument.</summary>
    public const string QueryArgument = "CMCD";

    /// <summary>The headers; a report is all of them together.</summary>
    public static readonly string[] Headers = ["CMCD-Object", "CMCD-Request", "CMCD-Session", "CMCD-Status"];

    /// <summary>Decodes one report that is not URL-encoded.</summary>
    public static CmcdReport FromText(ReadOnlySpan<char> text, int line = 1)
    {
        var report = new CmcdReportBuilder(line);
        Read(text, report);
        return report.Build();
    }

    /// <summary>Decodes the report of a request's headers.</summary>
    /// <param name="headers">Their values.</param>
    /// <param name="line">Where the report was, from 1.</param>
    public static CmcdReport FromHeaders(IEnumerable<string> headers, int line = 1)
    {
        var report = new CmcdReportBuilder(line);
        foreach (var header in headers)
        {
            Read(header, report);
        }

        return report.Build();
    }

    /// <summary>Decodes the value of the query argument, as it stands in the URL.</summary>
    public static CmcdReport FromArgument(ReadOnlySpan<char> encoded, int line = 1)
    {
        if (encoded.Length <= CmcdLimits.MaxReportLength && QueryText.TryDecode(encoded, out var text))
        {
            return FromText(text, line);
        }

        var report = new CmcdReportBuilder(line);
        report.AddProblem(0, "", $"must be URL-encoded UTF-8 of at most {CmcdLimits.MaxReportLength:N0} characters");
        return report.Build();
    }

    /// <summary>Decodes a body of lines, one report each; lines without anything are none.</summary>
    public static List<CmcdReport> FromLines(ReadOnlySpan<char> body, int maxReports)
    {
        var reports = new List<CmcdReport>();
        var line = 0;
        foreach (var range in body.Split('\n'))
        {
            line++;
            var text = body[range].Trim(" \t\r");
            if (text.Length > 0 && reports.Count <= maxReports)
            {
                reports.Add(FromText(text, line));
            }
        }

        return reports;
    }

    private static void Read(ReadOnlySpan<char> text, CmcdReportBuilder report)
    {
        if (text.Length > CmcdLimits.MaxReportLength)
        {
            report.AddProblem(0, "", $"must have at most {CmcdLimits.MaxReportLength:N0} characters");
            return;
        }

        var reader = new StructuredFieldReader(text);
        while (reader.Next(out var key, out var value))
        {
            if (reader.Error is { } error)
            {
                report.AddProblem(reader.Column, key, error);
            }
            else if (!report.Add(key, value, reader.Column))
            {
                return;
            }
        }
    }
}
