using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Cli.Demo;

/// <summary>The part of the demo in which somebody watches.</summary>
internal sealed class PlaybackDemo(ServiceConnections connections, DemoConsole console)
{
    private readonly PlaybackSessionService.PlaybackSessionServiceClient _player = new(connections.Connect("telemetry", DevelopmentIdentity.Viewer));
    private readonly PlaybackSessionService.PlaybackSessionServiceClient _admin = new(connections.Connect("telemetry", DevelopmentIdentity.Admin));

    public async Task RunAsync(Title title)
    {
        var session = await console.StepAsync(
            "Start a playback session",
            async () => await _player.StartSessionAsync(new StartSessionRequest
            {
                Content = new PlaybackContent { TitleId = title.Id },
                Client = new PlaybackClient { Device = "tv", AppName = "demo", AppVersion = "1.0", Network = NetworkType.Ethernet, Country = "NO" },
            }),
            session => session.SessionId);
        var events = Events(session.StartTime.ToDateTimeOffset());
        await console.StepAsync(
            "Append events, twice as a retry would",
            async () => (First: await AppendAsync(session, events), Second: await AppendAsync(session, events)),
            answers => $"{Count(answers.First, EventVerdict.Accepted)} accepted, then {Count(answers.Second, EventVerdict.Duplicate)} duplicates");
        await console.StepAsync(
            "Read the session back",
            async () =>
            {
                var stored = (await _admin.GetSessionAsync(new GetSessionRequest { SessionId = session.SessionId })).Session;
                return stored.EventCount == events.Count ? stored : throw new CommandException($"{stored.EventCount} events were stored, not {events.Count}.");
            },
            stored => $"{stored.State} ({stored.EndReason}), {stored.EventCount} events");
    }

    private async Task<AppendEventsResponse> AppendAsync(StartSessionResponse session, IEnumerable<PlaybackEvent> events) => await _player.AppendEventsAsync(
        new AppendEventsRequest { SessionId = session.SessionId, SessionToken = session.SessionToken, Events = { events } });

    private static int Count(AppendEventsResponse answer, EventVerdict verdict) => answer.Results.Count(result => result.Verdict == verdict);

    private static List<PlaybackEvent> Events(DateTimeOffset start)
    {
        (EventType Type, int Second, int PositionSecond)[] script =
        [
            (EventType.Play, 1, 0),
            (EventType.Heartbeat, 11, 10),
            (EventType.Pause, 15, 14),
            (EventType.Resume, 20, 14),
            (EventType.Heartbeat, 28, 22),
            (EventType.Complete, 30, 24),
        ];
        return [.. script.Select((step, i) => new PlaybackEvent
        {
            Sequence = i + 1,
            Type = step.Type,
            ClientTime = Timestamp.FromDateTimeOffset(start.AddSeconds(step.Second)),
            PositionMs = step.PositionSecond * 1_000,
            CompleteReason = step.Type is EventType.Complete ? SessionEndReason.Completed : SessionEndReason.Unspecified,
        })];
    }
}
