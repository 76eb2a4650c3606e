using System.Diagnostics;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Playback.Tests.Cmcd;

/// <summary>
/// What hls.js, Shaka Player and dash.js really report while they play in Chromium: taken by the collector, and out of the log of a CDN.
/// </summary>
public sealed class PlayerReportsTests(CmcdSystem system) : IClassFixture<CmcdSystem>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("hls")]
    [InlineData("shaka")]
    [InlineData("dash")]
    public async Task Events_OfAPlayer_AreItsSession(string player)
    {
        var (session, content) = await StartAsync();
        var answers = await PlayAsync(player, session, content, version: 2, useHeaders: false, Target(session));

        Assert.NotEmpty(answers);
        Assert.All(answers, answer => Assert.Equal(204, answer));
        var told = (await system.Sessions.GetSessionAsync(new() { SessionId = session.SessionId })).Session;
        var events = (await system.Sessions.ListEventsAsync(new() { SessionId = session.SessionId, PageSize = 1_000 })).Events;
        var seen = string.Join(' ', events.Select(happened => $"{happened.Sequence}:{happened.Type}@{happened.PositionMs}"));
        Assert.True(answers.Count <= events.Count, seen);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(happened => happened.Sequence));
        Assert.Superset(
            new HashSet<EventType> { EventType.Play, EventType.Pause, EventType.Seek, EventType.Complete, EventType.Heartbeat },
            events.Select(happened => happened.Type).ToHashSet());
        Assert.Equal((SessionState.Ended, SessionEndReason.Completed, seen), (told.State, told.EndReason, seen));
        // Shaka Player does not tell it.
        Assert.Equal(player is not "shaka", events.Any(happened => happened.PlaybackRate == 3));
        Assert.Contains(events, happened => happened.BitrateBps > 100_000);
        // None of them tells the playhead: six seconds and a little play three times as fast.
        Assert.InRange(told.Measures.WatchTimeMs, 1_000, 30_000);
        Assert.InRange(told.StopPositionMs, 1_000, 90_000);
        Assert.True(told.Measures.HasStartupTimeMs, seen);
    }

    [Theory]
    [InlineData("hls", 1, false)]
    [InlineData("hls", 1, true)]
    [InlineData("hls", 2, false)]
    [InlineData("hls", 2, true)]
    [InlineData("shaka", 1, false)]
    [InlineData("shaka", 1, true)]
    [InlineData("shaka", 2, false)]
    [InlineData("shaka", 2, true)]
    [InlineData("dash", 1, false)]
    [InlineData("dash", 1, true)]
    [InlineData("dash", 2, false)]
    [InlineData("dash", 2, true)]
    public async Task Requests_OfAPlayer_AreItsSessionOutOfTheLog(string player, int version, bool useHeaders)
    {
        var (session, content) = await StartAsync();
        await PlayAsync(player, session, content, version, useHeaders, target: "");

        var first = await IngestAsync("cmcd", session, "cmcd");
        var json = await IngestAsync("cmcd_json", session, "json");

        Assert.Equal((0L, 0L, 0L), (first.Bad, first.Rejected, json.Accepted + json.Bad + json.Rejected));
        Assert.InRange(first.Accepted, 8, 200);
        Assert.Equal(first.Accepted + first.Duplicate, json.Duplicate);
        var events = (await system.Sessions.ListEventsAsync(new() { SessionId = session.SessionId, PageSize = 1_000 })).Events;
        Assert.Equal(first.Accepted, events.Count);
        Assert.Contains(events, happened => happened.BitrateBps > 100_000);
        // In version 2 a request tells the state: of so short a film all may be loaded before it plays.
        Assert.Contains(events, happened => happened.Type is EventType.Play || version == 2);
    }

    private async Task<(StartSessionResponse Session, string Content)> StartAsync()
    {
        var title = Guid.CreateVersion7().ToString();
        var session = await system.Sessions.StartSessionAsync(new()
        {
            Content = new() { TitleId = title },
            ClientTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
        });
        return (session, title);
    }

    private string Target(StartSessionResponse session) => $"{system.Collector}cmcd?session={session.SessionId}&token={session.SessionToken}";

    /// <summary>Plays to the end.</summary>
    /// <returns>What the collector answered.</returns>
    private async Task<List<int>> PlayAsync(string player, StartSessionResponse session, string content, int version, bool useHeaders, string target)
    {
        var answers = new List<int>();
        var page = await system.Play.OpenAsync($"{system.Cdn.Address}/cmcd.html");
        page.Response += (_, response) =>
        {
            if (response.Request.Method is "POST" && response.Url.StartsWith(system.Collector.ToString(), StringComparison.Ordinal))
            {
                answers.Add(response.Status);
            }
        };
        var failures = await page.EvaluateAsync<string[]>(
            "([player, address, report]) => play(player, address, report)",
            new object[] { player, system.Manifest(player), new { sid = session.SessionId, cid = content, version, useHeaders, target } }).WaitAsync(Patience);
        Assert.Empty(failures);
        await page.CloseAsync();
        return answers;
    }

    private async Task<(long Accepted, long Duplicate, long Rejected, long Bad)> IngestAsync(string log, StartSessionResponse session, string format)
    {
        var here = AppContext.BaseDirectory.TrimEnd('/');
        var program = Path.GetFullPath(Path.Combine(here, "..", "..", "MoviesNow.Cli", Path.GetFileName(here), "moviesnow.dll"));
        var start = new ProcessStartInfo("dotnet", ["exec", program, "telemetry", "ingest-log", system.Cdn.LogOf(log, session.SessionId), "--format", format, "--json"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in system.Variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, await errors + await output);
        using var told = JsonDocument.Parse(await output);
        return (Of("acceptedCount"), Of("duplicateCount"), Of("rejectedCount"), Of("badCount"));

        long Of(string name) => told.RootElement.GetProperty(name).GetInt64();
    }
}
