using System.Globalization;
using MoviesNow.Telemetry.Cmcd;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Cli.Telemetry;

/// <summary>What a line of a log came to.</summary>
/// <param name="SessionId">The session that it is about.</param>
/// <param name="Event">What happened.</param>
internal sealed record IngestedEvent(Guid SessionId, PlaybackEvent Event);

/// <summary>Makes events of lines. The same line always makes the same event, whichever log or part of a log it stands in.</summary>
internal sealed class IngestLine
{
    private const int SessionVersion = 7;
    private const int MaxRemembered = 10_000;

    private static readonly string[] HeaderVariables = [.. CmcdDecoder.Headers.Select(name => $"http_{name.Replace('-', '_').ToLowerInvariant()}")];
    private static readonly string[] LocalFormats = ["dd/MMM/yyyy:HH:mm:ss zzz"];

    private readonly Dictionary<Guid, CmcdMemory> _memories = [];

    /// <summary>Reads a line's variables.</summary>
    /// <param name="line">The variables.</param>
    /// <param name="problem">What is wrong with the line; null when nothing is.</param>
    /// <returns>The event; null when there is none: without CMCD that is no problem.</returns>
    public IngestedEvent? Read(IReadOnlyDictionary<string, string> line, out string? problem)
    {
        problem = null;
        if (ReportOf(line) is not { } report)
        {
            return null;
        }

        if (!report.IsUsable)
        {
            problem = report.Problems is [var first, ..] ? $"CMCD: {first.Key} {first.Requirement}".Replace("  ", " ", StringComparison.Ordinal) : "CMCD without a key of CMCD";
            return null;
        }

        if (!Guid.TryParse(report.Text("sid"), out var sessionId) || sessionId.Version != SessionVersion)
        {
            problem = report.Values.ContainsKey("sid") ? "sid is not the id of a session" : "CMCD without sid";
            return null;
        }

        if (TimeOf(line) is not { } time)
        {
            problem = "no time: the format needs $msec, $time_iso8601 or $time_local";
            return null;
        }

        if (CmcdSequence.FromTime(StartOf(sessionId), time) is not { } sequence)
        {
            problem = "the time is not within 23 days after the session's start";
            return null;
        }

        return new IngestedEvent(sessionId, CmcdEvents.Of(report, sequence, time, MemoryOf(sessionId)));
    }

    /// <summary>The first 48 bits of a session's id are the moment of its start, in milliseconds since 1970.</summary>
    private static DateTimeOffset StartOf(Guid sessionId) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(UInt128.Parse(sessionId.ToString("N"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) >> 80));

    /// <summary>The line's CMCD: that of headers, or else that of the query; null when it has none.</summary>
    private static CmcdReport? ReportOf(IReadOnlyDictionary<string, string> line)
    {
        var headers = HeaderVariables.Select(name => line.GetValueOrDefault(name, "")).Where(value => value is not ("" or "-")).ToArray();
        if (headers.Length > 0)
        {
            return CmcdDecoder.FromHeaders(headers);
        }

        if (line.GetValueOrDefault("arg_CMCD") is { Length: > 0 } alone)
        {
            return alone is "-" ? null : CmcdDecoder.FromArgument(alone);
        }

        var query = line.GetValueOrDefault("args") is { Length: > 0 } arguments ? arguments : QueryOf(line.GetValueOrDefault("request_uri") ?? TargetOf(line.GetValueOrDefault("request", "")));
        return QueryText.Find(query, CmcdDecoder.QueryArgument) is { } argument ? CmcdDecoder.FromArgument(argument) : null;
    }

    // GET /path?query HTTP/1.1
    private static string TargetOf(string request) => request.Split(' ') is [_, var target, ..] ? target : "";

    private static string QueryOf(string target) => target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? target[(at + 1)..] : "";

    private static DateTimeOffset? TimeOf(IReadOnlyDictionary<string, string> line)
    {
        if (line.TryGetValue("msec", out var msec))
        {
            return decimal.TryParse(msec, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 100_000_000_000
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1_000))
                : null;
        }

        return DateTimeOffset.TryParse(line.GetValueOrDefault("time_iso8601"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || DateTimeOffset.TryParseExact(Coloned(line.GetValueOrDefault("time_local", "")), LocalFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time)
            ? time.ToUniversalTime()
            : null;
    }

    // +0000, for which .NET wants a colon.
    private static string Coloned(string local) => local.Length > 5 && local[^5] is '+' or '-' ? local.Insert(local.Length - 2, ":") : local;

    private CmcdMemory MemoryOf(Guid sessionId)
    {
        if (!_memories.TryGetValue(sessionId, out var memory))
        {
            // Of a log of millions of sessions the oldest are over long since.
            if (_memories.Count >= MaxRemembered)
            {
                _memories.Clear();
            }

            _memories[sessionId] = memory = new CmcdMemory();
        }

        return memory;
    }
}
