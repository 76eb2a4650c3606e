using Grpc.Core;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Events;

/// <summary>A stream of events. Messages are written while later ones are read, a few at a time.</summary>
internal sealed class EventStream(EventRecorder recorder)
{
    private const int MaxUnanswered = 8;
    private const int MaxReported = 1_000;

    private readonly Queue<(Guid SessionId, Task<IReadOnlyList<EventResult>> Results)> _unanswered = [];
    private readonly StreamEventsResponse _response = new();

    /// <summary>Reads the stream to its end.</summary>
    /// <returns>The counts, all of which are committed.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT per field, NOT_FOUND <c>SESSION_NOT_FOUND</c>; what came before is stored.</exception>
    public async Task<StreamEventsResponse> ReadAsync(IAsyncStreamReader<StreamEventsRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            while (await requests.MoveNext(cancellationToken))
            {
                var sessionId = Check(requests.Current);
                _unanswered.Enqueue((sessionId, await recorder.EnqueueAsync(sessionId, requests.Current.Events, cancellationToken)));
                if (_unanswered.Count >= MaxUnanswered)
                {
                    await CountOldestAsync();
                }
            }
        }
        finally
        {
            while (_unanswered.Count > 0)
            {
                await CountOldestAsync();
            }
        }

        return _response;
    }

    private static Guid Check(StreamEventsRequest request)
    {
        var check = new RequestCheck();
        var sessionId = check.Id("session_id", request.SessionId);
        check.Require(request.Events.Count is >= 1 and <= EventRecorder.MaxEvents, "events", "must be 1 to 500");
        check.ThrowIfInvalid();
        return sessionId;
    }

    private async Task CountOldestAsync()
    {
        var (sessionId, results) = _unanswered.Dequeue();
        foreach (var result in await results)
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
                    Report(sessionId, result);
                    break;
            }
        }
    }

    private void Report(Guid sessionId, EventResult result)
    {
        if (_response.Rejected.Count < MaxReported)
        {
            _response.Rejected.Add(new StreamedEventResult { SessionId = sessionId.ToString(), Result = result });
        }
    }
}
