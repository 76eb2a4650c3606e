using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Rejected;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>Sessions and their events, as players and collectors tell of them and admins read them.</summary>
internal sealed class PlaybackSessionGrpcService(
    SessionStore sessions,
    SessionContinuation continuation,
    EventStore events,
    EventRecorder recorder,
    RejectedEventDesk rejected,
    SessionTokens tokens,
    Pseudonyms pseudonyms,
    TelemetryMetrics metrics,
    TimeProvider time,
    IOptions<TelemetryOptions> options) : PlaybackSessionService.PlaybackSessionServiceBase
{
    private const int DefaultEventPage = 200;
    private const int MaxEventPage = 1_000;

    public override async Task<StartSessionResponse> StartSession(StartSessionRequest request, ServerCallContext context)
    {
        var (session, continued) = SessionStart.Read(request, context, options.Value.AllowAnonymous, pseudonyms, time.GetUtcNow());
        if (continued is { } other)
        {
            VerifyToken(other.SessionId, other.Token);
            if (await continuation.TryAsync(other.SessionId, session, context.CancellationToken) is { } going)
            {
                metrics.SessionContinued();
                return Started(other.SessionId, going.Start, going.NextSequence);
            }
        }

        var (id, start, isNew) = await sessions.StartAsync(session, context.EffectId(), context.CancellationToken);
        if (isNew)
        {
            metrics.SessionStarted();
        }

        return Started(id, start, nextSequence: 1);
    }

    public override async Task<AppendEventsResponse> AppendEvents(AppendEventsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var sessionId = check.Id("session_id", request.SessionId);
        RequireToken(check, request.SessionToken, context);
        check.Require(request.Events.Count is >= 1 and <= EventRecorder.MaxEvents, "events", "must be 1 to 500");
        check.ThrowIfInvalid();
        VerifyToken(sessionId, request.SessionToken, context);

        return new AppendEventsResponse { Results = { await recorder.RecordAsync(sessionId, request.Events, context.CancellationToken) } };
    }

    public override async Task<SendHeartbeatResponse> SendHeartbeat(SendHeartbeatRequest request, ServerCallContext context)
    {
        var heartbeat = new PlaybackEvent
        {
            Sequence = request.Sequence,
            Type = EventType.Heartbeat,
            ClientTime = request.ClientTime,
            PositionMs = request.PositionMs,
            BitrateBps = request.BitrateBps,
        };
        var check = new RequestCheck();
        var sessionId = check.Id("session_id", request.SessionId);
        RequireToken(check, request.SessionToken, context);
        foreach (var violation in EventRules.Violations(heartbeat))
        {
            check.Add(violation.Field, violation.Requirement);
        }

        check.ThrowIfInvalid();
        VerifyToken(sessionId, request.SessionToken, context);

        var results = await recorder.RecordAsync(sessionId, [heartbeat], context.CancellationToken);
        return new SendHeartbeatResponse { Result = results[0] };
    }

    public override Task<StreamEventsResponse> StreamEvents(IAsyncStreamReader<StreamEventsRequest> requestStream, ServerCallContext context) =>
        new EventStream(recorder).ReadAsync(requestStream, context.CancellationToken);

    public override async Task<GetSessionResponse> GetSession(GetSessionRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var id = check.Id("session_id", request.SessionId);
        check.ThrowIfInvalid();

        var session = await sessions.FindAsync(id, context.CancellationToken) ?? throw RpcErrors.Of(ErrorReason.SessionNotFound);
        return new GetSessionResponse { Session = session.ToMessage() };
    }

    public override async Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context)
    {
        var filter = SessionFilter.Read(request);

        // One more than asked for tells whether there is a next page.
        var found = await sessions.ListAsync(filter with { PageSize = filter.PageSize + 1 }, context.CancellationToken);
        var page = found.Take(filter.PageSize).ToList();
        return new ListSessionsResponse
        {
            Sessions = { page.Select(session => session.ToMessage()) },
            NextPageToken = found.Count > page.Count ? PageToken.Next(request, page[^1].Id.ToString()) : "",
        };
    }

    public override async Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var sessionId = check.Id("session_id", request.SessionId);
        var size = PageToken.Size(check, request.PageSize, DefaultEventPage, MaxEventPage);
        check.ThrowIfInvalid();
        var after = ReadCursor(request);

        var found = await events.ListAsync(sessionId, after, size + 1, context.CancellationToken);
        if (found.Count == 0 && await sessions.FindAsync(sessionId, context.CancellationToken) is null)
        {
            throw RpcErrors.Of(ErrorReason.SessionNotFound);
        }

        var page = found.Take(size).ToList();
        return new ListEventsResponse
        {
            Events = { page.Select(stored => stored.ToMessage()) },
            NextPageToken = found.Count > page.Count ? PageToken.Next(request, page[^1].Sequence.ToString(CultureInfo.InvariantCulture)) : "",
        };
    }

    public override Task<ListRejectedEventsResponse> ListRejectedEvents(ListRejectedEventsRequest request, ServerCallContext context) =>
        rejected.ListAsync(request, context.CancellationToken);

    public override Task<ReplayRejectedEventsResponse> ReplayRejectedEvents(ReplayRejectedEventsRequest request, ServerCallContext context) =>
        rejected.ReplayAsync(request, context.CancellationToken);

    private static int ReadCursor(ListEventsRequest request)
    {
        if (PageToken.Read(request, request.PageToken, cursorLength: 1) is not [var cursor])
        {
            return 0;
        }

        return int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var after) ? after : throw RpcErrors.Of(ErrorReason.InvalidPageToken);
    }

    private static void RequireToken(RequestCheck check, string token, ServerCallContext context) =>
        check.Require(token.Length > 0 || context.IsService(), "session_token", "is required");

    private void VerifyToken(Guid sessionId, string token, ServerCallContext context)
    {
        if (!context.IsService())
        {
            VerifyToken(sessionId, token);
        }
    }

    private void VerifyToken(Guid sessionId, string token)
    {
        if (!tokens.IsValid(sessionId, token))
        {
            throw RpcErrors.Of(ErrorReason.SessionTokenInvalid);
        }
    }

    private StartSessionResponse Started(Guid id, DateTimeOffset start, int nextSequence) => new()
    {
        SessionId = id.ToString(),
        SessionToken = tokens.Issue(id),
        HeartbeatIntervalSeconds = (int)options.Value.HeartbeatInterval.TotalSeconds,
        StartTime = start.ToTimestamp(),
        NextSequence = nextSequence,
    };
}
