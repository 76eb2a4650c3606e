using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.RateLimits;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>
/// Takes the reports of players. A report is answered when its event is durable, and counts once however often it is sent. Whoever has a
/// session's token may report about that session and no other.
/// </summary>
internal sealed class CmcdCollector(
    EventRecorder recorder,
    SessionTokens tokens,
    CmcdSessions sessions,
    EndpointLimiter limiter,
    CmcdMetrics metrics,
    ErrorMapping errors,
    TimeProvider time,
    IOptions<CmcdOptions> options,
    ILogger<CmcdCollector> logger)
{
    private static readonly TimeSpan OutageRetryDelay = TimeSpan.FromSeconds(5);

    public async Task<CmcdAnswer> CollectAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // 410 makes players stop. Whether the session or the token is wrong is nobody's business who does not have both.
        if (!CmcdTarget.TryRead(request, out var target) || !tokens.IsValid(target.SessionId, target.Token))
        {
            return new CmcdAnswer(StatusCodes.Status410Gone);
        }

        if (await limiter.RefusalAsync(LimitedEndpoints.Cmcd, target.SessionId.ToString(), request.HttpContext) is { } delay)
        {
            return new CmcdAnswer(StatusCodes.Status429TooManyRequests, RetryAfter: delay);
        }

        var body = await CmcdRequest.ReadAsync(request, options.Value.MaxBodyBytes, cancellationToken);
        if (body.Refusal != 0)
        {
            return new CmcdAnswer(body.Refusal);
        }

        try
        {
            return await sessions.FindAsync(target.SessionId, cancellationToken) is { } session
                ? await RecordAsync(target, session, body, cancellationToken)
                : new CmcdAnswer(StatusCodes.Status410Gone);
        }
        catch (RpcException refused)
        {
            return AnswerTo(refused, target.SessionId);
        }
        catch (Exception exception)
        {
            return AnswerTo(exception, cancellationToken.IsCancellationRequested);
        }
    }

    private async Task<CmcdAnswer> RecordAsync(CmcdTarget target, CmcdSession session, CmcdBody body, CancellationToken cancellationToken)
    {
        var reading = new CmcdReading(target, session, time.GetUtcNow());
        var events = new List<PlaybackEvent>(body.Reports.Count);
        var recorded = new List<CmcdReport>(body.Reports.Count);
        lock (session.Gate)
        {
            foreach (var report in body.Reports)
            {
                if (reading.EventOf(report) is { } happened)
                {
                    events.Add(happened);
                    recorded.Add(report);
                }
                else
                {
                    metrics.Rejected(body.Form, report);
                }
            }
        }

        if (events.Count == 0)
        {
            return new CmcdAnswer(StatusCodes.Status400BadRequest, Rejected: body.Reports.Count, Problems: reading.Problems);
        }

        var results = await recorder.RecordAsync(target.SessionId, events, cancellationToken, CmcdSequence.MaxFromTime);
        for (var i = 0; i < results.Count; i++)
        {
            metrics.Recorded(body.Form, recorded[i], results[i].Verdict);
        }

        return new CmcdAnswer(
            reading.Problems.Count == 0 ? StatusCodes.Status204NoContent : StatusCodes.Status200OK,
            results.Count(result => result.Verdict is EventVerdict.Accepted),
            results.Count(result => result.Verdict is EventVerdict.Duplicate),
            body.Reports.Count - events.Count + results.Count(result => result.Verdict is EventVerdict.Rejected),
            reading.Problems);
    }

    private CmcdAnswer AnswerTo(Exception exception, bool callerGaveUp)
    {
        switch (errors.ReasonFor(exception, callerGaveUp, deadlinePassed: false))
        {
            case ErrorReason.DependencyUnavailable or ErrorReason.ConflictRetry:
                return new CmcdAnswer(StatusCodes.Status503ServiceUnavailable, RetryAfter: OutageRetryDelay);
            case ErrorReason.Cancelled:
                // Nobody reads it.
                return new CmcdAnswer(StatusCodes.Status499ClientClosedRequest);
            default:
                logger.LogError("Reports could not be recorded: {ExceptionType}", exception.GetType().FullName);
                return new CmcdAnswer(StatusCodes.Status500InternalServerError);
        }
    }

    private CmcdAnswer AnswerTo(RpcException refused, Guid sessionId)
    {
        var reason = RpcErrors.InfoOf(refused)?.Reason;
        if (reason == ErrorReasons.NameOf(ErrorReason.SessionNotFound))
        {
            sessions.Forget(sessionId);
            return new CmcdAnswer(StatusCodes.Status410Gone);
        }

        return reason == ErrorReasons.NameOf(ErrorReason.Overloaded)
            ? new CmcdAnswer(StatusCodes.Status429TooManyRequests, RetryAfter: RpcErrors.DetailOf<Google.Rpc.RetryInfo>(refused)?.RetryDelay.ToTimeSpan())
            : AnswerTo((Exception)refused, callerGaveUp: false);
    }
}
