using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Events;

/// <summary>
/// A stream of events. Messages are written while later ones are read, a few at a time. One that cannot be used is told in the
/// answer and never costs the others.
/// </summary>
internal sealed class EventStream(EventRecorder recorder)
{
    private const int MaxUnanswered = 8;
    private const int MaxReported = 1_000;

    private static readonly string SessionNotFound = ErrorReasons.NameOf(ErrorReason.SessionNotFound);

    private readonly Queue<(StreamEventsRequest Message, Task<IReadOnlyList<EventResult>?> Results)> _unanswered = [];
    private readonly StreamEventsResponse _response = new();

    /// <summary>Reads the stream to its end.</summary>
    /// <returns>The counts, all of which are committed.</returns>
    /// <exception cref="RpcException">UNAVAILABLE when the database does not answer; what came before is stored.</exception>
    public async Task<StreamEventsResponse> ReadAsync(IAsyncStreamReader<StreamEventsRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            for (var number = 1L; await requests.MoveNext(cancellationToken); number++)
            {
                await TakeAsync(number, requests.Current, cancellationToken);
            }

            while (_unanswered.Count > 0)
            {
                await CountOldestAsync();
            }

            return _response;
        }
        finally
        {
            // After a failure the others are on their way still. The call ends when nothing of it is written any more.
            await Task.WhenAll(_unanswered.Select(Task (message) => message.Results)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TakeAsync(long number, StreamEventsRequest message, CancellationToken cancellationToken)
    {
        var check = new RequestCheck();
        var sessionId = check.Id("session_id", message.SessionId);
        check.Require(message.Events.Count is >= 1 and <= EventRecorder.MaxEvents, "events", "must be 1 to 500");
        if (check.Violations.Count > 0)
        {
            Report(number, check.Violations);
            return;
        }

        _unanswered.Enqueue((message, await recorder.EnqueueAsync(sessionId, message.Events, cancellationToken)));
        if (_unanswered.Count >= MaxUnanswered)
        {
            await CountOldestAsync();
        }
    }

    private async Task CountOldestAsync()
    {
        var (message, results) = _unanswered.Dequeue();
        foreach (var result in await results ?? message.Events.Select(OfUnknownSession))
        {
            switch (result.Verdict)
            {
                case EventVerdict.Accepted:
                    _response.AcceptedCount++;
                    break;
                case EventVerdict.Duplicate:
                    _response.DuplicateCount++;
                    break;
                default:
                    _response.RejectedCount++;
                    Report(message.SessionId, result);
                    break;
            }
        }
    }

    private static EventResult OfUnknownSession(PlaybackEvent sent) =>
        new() { Sequence = sent.Sequence, Verdict = EventVerdict.Rejected, Reason = SessionNotFound };

    private void Report(string sessionId, EventResult result)
    {
        if (_response.Rejected.Count < MaxReported)
        {
            _response.Rejected.Add(new StreamedEventResult { SessionId = Guid.Parse(sessionId).ToString(), Result = result });
        }
    }

    private void Report(long number, IEnumerable<BadRequest.Types.FieldViolation> violations)
    {
        _response.RejectedMessageCount++;
        if (_response.RejectedMessages.Count < MaxReported)
        {
            _response.RejectedMessages.Add(new RejectedMessage
            {
                Number = number,
                Fields = { violations.Select(violation => new RejectedField { Field = violation.Field, Requirement = violation.Description }) },
            });
        }
    }
}
