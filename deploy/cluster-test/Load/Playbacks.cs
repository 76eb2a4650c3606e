using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.ClusterTest.Servers;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.ClusterTest.Load;

/// <summary>Viewers: a session, then events and heartbeats, then the next session.</summary>
internal sealed class Playbacks(Client client, Tally tally, int workers, TimeSpan pause) : ILoad
{
    private const int StepsPerSession = 40;
    private const int EventsPerCall = 4;
    private const int MillisecondsPerEvent = 1_000;

    private readonly PlaybackSessionService.PlaybackSessionServiceClient _sessions = new(client[Service.Telemetry]);
    private readonly ConcurrentBag<Session> _started = [];
    private readonly Session?[] _playing = new Session?[workers];
    private readonly string _title = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
    private long _starts;

    public int Workers => workers;

    public TimeSpan Pause => pause;

    public async Task StepAsync(int worker)
    {
        if (_playing[worker] is not { IsOver: false } session)
        {
            if (await StartAsync() is { } started)
            {
                _started.Add(started);
                _playing[worker] = started;
            }
        }
        else if (session.Steps++ % 2 == 0)
        {
            await AppendAsync(session);
        }
        else
        {
            await HeartbeatAsync(session);
        }
    }

    public async Task<Account> CheckAsync()
    {
        var account = Account.Nothing;
        foreach (var session in _started)
        {
            var stored = await StoredAsync(session);
            var lost = session.Acknowledged.Count(sequence => !stored.Contains(sequence));
            account += new Account(session.Acknowledged.Count, lost, stored.Count - stored.Distinct().Count());
            var summary = await Client.CallAsync(tally, Callers.Service, null, options => _sessions.GetSessionAsync(new() { SessionId = session.Id }, options));
            account += new Account(1, summary is null ? 1 : 0, summary is null ? 0 : Math.Max(0, summary.Session.EventCount - session.Sent));
        }

        return account + new Account(0, 0, Math.Max(0, await SessionsAsync() - Volatile.Read(ref _starts)));
    }

    private async Task<Session?> StartAsync()
    {
        Interlocked.Increment(ref _starts);
        // Made once: what is repeated with a key must be the same, the time on the viewer's clock included.
        var request = new StartSessionRequest { Content = new() { TitleId = _title }, Client = new() { Device = "tv" }, ClientTime = Now() };
        var answer = await Client.CallAsync(tally, Callers.Viewer, Callers.NewKey(), options => _sessions.StartSessionAsync(request, options));
        return answer is null ? null : new Session(answer.SessionId, answer.SessionToken);
    }

    private async Task AppendAsync(Session session)
    {
        var events = Enumerable.Range(0, EventsPerCall).Select(_ => new PlaybackEvent
        {
            Sequence = ++session.Sent,
            Type = session.Sent == 1 ? EventType.Play : EventType.Heartbeat,
            ClientTime = Now(),
            PositionMs = session.Sent * MillisecondsPerEvent,
        }).ToList();
        var answer = await Client.CallAsync(tally, null, null, options => _sessions.AppendEventsAsync(
            new AppendEventsRequest { SessionId = session.Id, SessionToken = session.Token, Events = { events } }, options));
        foreach (var result in answer?.Results ?? [])
        {
            session.Note(result, tally);
        }
    }

    private async Task HeartbeatAsync(Session session)
    {
        var sequence = ++session.Sent;
        var request = new SendHeartbeatRequest
        {
            SessionId = session.Id,
            SessionToken = session.Token,
            Sequence = sequence,
            ClientTime = Now(),
            PositionMs = sequence * MillisecondsPerEvent,
        };
        var answer = await Client.CallAsync(tally, null, null, options => _sessions.SendHeartbeatAsync(request, options));
        if (answer is not null)
        {
            session.Note(answer.Result, tally);
        }
    }

    private async Task<List<long>> StoredAsync(Session session)
    {
        var stored = new List<long>();
        var request = new ListEventsRequest { SessionId = session.Id, PageSize = 1_000 };
        do
        {
            var page = await Client.CallAsync(tally, Callers.Service, null, options => _sessions.ListEventsAsync(request, options));
            stored.AddRange(page?.Events.Select(found => found.Sequence) ?? []);
            request.PageToken = page?.NextPageToken ?? "";
        }
        while (request.PageToken.Length > 0);
        return stored;
    }

    /// <summary>How many sessions there are: each start has its key, and makes one at most.</summary>
    private async Task<long> SessionsAsync()
    {
        var count = 0L;
        var request = new ListSessionsRequest { TitleId = _title, PageSize = 200 };
        do
        {
            var page = await Client.CallAsync(tally, Callers.Admin, null, options => _sessions.ListSessionsAsync(request, options));
            count += page?.Sessions.Count ?? 0;
            request.PageToken = page?.NextPageToken ?? "";
        }
        while (request.PageToken.Length > 0);
        return count;
    }

    private static Timestamp Now() => Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());

    private sealed class Session(string id, string token)
    {
        public string Id => id;

        public string Token => token;

        public int Steps { get; set; }

        /// <summary>The highest number that was sent.</summary>
        public long Sent { get; set; }

        /// <summary>Numbers of events that the service said it has.</summary>
        public List<long> Acknowledged { get; } = [];

        public bool IsOver => Steps >= StepsPerSession;

        public void Note(EventResult result, Tally tally)
        {
            if (result.Verdict is EventVerdict.Rejected)
            {
                tally.Failed("AppendEvents", $"event rejected: {result.Reason}");
            }
            else
            {
                Acknowledged.Add(result.Sequence);
            }
        }
    }
}
