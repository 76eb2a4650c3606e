using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using SessionClient = MoviesNow.Telemetry.V1.PlaybackSessionService.PlaybackSessionServiceClient;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Players that watch films and tell of it, each worker as many as <see cref="SessionsPerWorker"/>, in turn.</summary>
internal sealed class EventPlayers
{
    private const int SessionsPerWorker = 16;
    private const int HeartbeatMs = 10_000;

    private readonly SessionClient _client;
    private readonly Player[][] _players;
    private readonly int[] _turns;

    private EventPlayers(SessionClient client, Player[][] players) => (_client, _players, _turns) = (client, players, new int[players.Length]);

    /// <summary>Starts the sessions, of a few titles.</summary>
    public static Task<EventPlayers> StartAsync(TelemetryBenchHost host, int workers) =>
        StartAsync(host.Service.As(identity: null), host.Service.As(Identity.Viewer), workers);

    /// <summary>Starts the sessions, of a few titles.</summary>
    /// <param name="anyone">Calls of players.</param>
    /// <param name="signedIn">Calls of a viewer, who starts the sessions.</param>
    /// <param name="workers">How many workers there are.</param>
    public static async Task<EventPlayers> StartAsync(CallInvoker anyone, CallInvoker signedIn, int workers)
    {
        var (client, viewer) = (new SessionClient(anyone), new SessionClient(signedIn));
        var titles = Enumerable.Range(0, 50).Select(_ => Guid.CreateVersion7().ToString()).ToArray();
        var start = TimeProvider.System.GetUtcNow().UtcDateTime;
        var players = new Player[workers][];
        for (var worker = 0; worker < workers; worker++)
        {
            players[worker] = await Task.WhenAll(Enumerable.Range(0, SessionsPerWorker).Select(async i => new Player(await viewer.StartSessionAsync(new()
            {
                Content = new() { TitleId = titles[(worker + i) % titles.Length] },
                Client = new() { Device = "tv", AppName = "bench", AppVersion = "1.0" },
                ClientTime = Timestamp.FromDateTime(start),
            }), start)));
        }

        return new EventPlayers(client, players);
    }

    /// <summary>The next events of one of a worker's sessions, in one call.</summary>
    public async Task AppendAsync(int worker, int events)
    {
        var response = await _client.AppendEventsAsync(Next(worker).Append(events));
        if (response.Results.Any(result => result.Verdict is not EventVerdict.Accepted))
        {
            throw new InvalidOperationException($"An event was not accepted: {response.Results.First(result => result.Verdict is not EventVerdict.Accepted)}");
        }
    }

    /// <summary>The next heartbeat of one of a worker's sessions.</summary>
    public async Task HeartbeatAsync(int worker)
    {
        var response = await _client.SendHeartbeatAsync(Next(worker).Heartbeat());
        if (response.Result.Verdict is not EventVerdict.Accepted)
        {
            throw new InvalidOperationException($"A heartbeat was not accepted: {response.Result}");
        }
    }

    private Player Next(int worker) => _players[worker][_turns[worker]++ % SessionsPerWorker];

    /// <summary>One player. Its clock runs ahead of the server's, which takes what it tells as it comes.</summary>
    private sealed class Player(StartSessionResponse session, DateTime start)
    {
        private int _sequence;

        public AppendEventsRequest Append(int events)
        {
            var request = new AppendEventsRequest { SessionId = session.SessionId, SessionToken = session.SessionToken };
            for (var i = 0; i < events; i++)
            {
                request.Events.Add(Event());
            }

            return request;
        }

        public SendHeartbeatRequest Heartbeat()
        {
            var heartbeat = Event();
            return new SendHeartbeatRequest
            {
                SessionId = session.SessionId,
                SessionToken = session.SessionToken,
                Sequence = heartbeat.Sequence,
                ClientTime = heartbeat.ClientTime,
                PositionMs = heartbeat.PositionMs,
                BitrateBps = heartbeat.BitrateBps,
            };
        }

        private PlaybackEvent Event()
        {
            var sequence = ++_sequence;
            return new PlaybackEvent
            {
                Sequence = sequence,
                Type = sequence == 1 ? EventType.Play : EventType.Heartbeat,
                ClientTime = Timestamp.FromDateTime(start.AddMilliseconds(sequence)),
                PositionMs = sequence * (long)HeartbeatMs % 86_400_000,
                BitrateBps = 4_500_000,
            };
        }
    }
}
