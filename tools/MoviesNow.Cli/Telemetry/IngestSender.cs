using Grpc.Core;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Cli.Telemetry;

/// <summary>Sends events as a collector: those of some lines in one call, whose answer says that they are durable.</summary>
internal sealed class IngestSender(PlaybackSessionService.PlaybackSessionServiceClient client)
{
    private const int MaxEvents = 500;

    /// <summary>Sends events with the lines that they are from, and adds what became of them.</summary>
    public async Task SendAsync(IReadOnlyList<(long Line, IngestedEvent Ingested)> events, IngestTotal total, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return;
        }

        using var call = client.StreamEvents(cancellationToken: cancellationToken);
        var answer = await call.SendAsync((requests, token) => WriteAsync(events, requests, token), cancellationToken);
        total.AcceptedCount += answer.AcceptedCount;
        total.DuplicateCount += answer.DuplicateCount;
        total.RejectedCount += answer.RejectedCount;
        var lines = events.ToLookup(item => (item.Ingested.SessionId.ToString(), item.Ingested.Event.Sequence), item => item.Line);
        foreach (var rejected in answer.Rejected)
        {
            foreach (var line in lines[(rejected.SessionId, rejected.Result.Sequence)].Take(1))
            {
                total.Tell(line, $"rejected: {rejected.Result.Reason}");
            }
        }
    }

    private static async Task WriteAsync(
        IEnumerable<(long Line, IngestedEvent Ingested)> events, IClientStreamWriter<StreamEventsRequest> requests, CancellationToken cancellationToken)
    {
        foreach (var session in events.GroupBy(item => item.Ingested.SessionId))
        {
            // In order, so that the service folds on where it stands.
            foreach (var some in session.Select(item => item.Ingested.Event).OrderBy(happened => happened.Sequence).Chunk(MaxEvents))
            {
                await requests.WriteAsync(new StreamEventsRequest { SessionId = session.Key.ToString(), Events = { some } }, cancellationToken);
            }
        }
    }
}
