using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Rejected;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Viewers;

/// <summary>Writes everything that is kept of a viewer, a page at a time, so that memory stays small however much it is.</summary>
internal sealed class ViewerExport(ViewerStore viewers, SessionStore sessions, EventStore events, RejectedEventStore rejectedEvents)
{
    private const int SessionsPerPage = 100;
    private const int EventsPerMessage = 500;

    public async Task WriteAsync(string viewer, IServerStreamWriter<ExportViewerDataResponse> to, CancellationToken cancellationToken)
    {
        var after = Guid.Empty;
        while (await viewers.ListSessionsAsync(viewer, after, SessionsPerPage, cancellationToken) is [.., var last] page)
        {
            foreach (var (id, addressHash, userAgent) in page)
            {
                // Erased or past its retention meanwhile: no longer kept.
                if (await sessions.FindAsync(id, cancellationToken) is { } session)
                {
                    await to.WriteAsync(new() { Session = Exported(session, addressHash, userAgent) }, cancellationToken);
                    await WriteEventsAsync(id, to, cancellationToken);
                    await WriteRejectedAsync(id, to, cancellationToken);
                }
            }

            after = last.Id;
        }
    }

    private static ExportedSession Exported(SessionRecord session, byte[]? addressHash, string? userAgent) => new()
    {
        Session = session.ToMessage(),
        AddressHash = addressHash is null ? "" : Convert.ToHexStringLower(addressHash),
        UserAgent = userAgent ?? "",
    };

    private async Task WriteEventsAsync(Guid sessionId, IServerStreamWriter<ExportViewerDataResponse> to, CancellationToken cancellationToken)
    {
        var after = 0;
        while (await events.ListAsync(sessionId, after, EventsPerMessage, cancellationToken) is [.., var last] page)
        {
            await to.WriteAsync(new() { Events = new() { Events = { page.Select(stored => stored.ToMessage()) } } }, cancellationToken);
            after = last.Sequence;
        }
    }

    private async Task WriteRejectedAsync(Guid sessionId, IServerStreamWriter<ExportViewerDataResponse> to, CancellationToken cancellationToken)
    {
        Guid? before = null;
        while (await rejectedEvents.ListAsync(sessionId, reason: "", before, EventsPerMessage, cancellationToken) is [.., var last] page)
        {
            foreach (var kept in page)
            {
                await to.WriteAsync(new()
                {
                    RejectedEvent = new() { Event = kept.Event, Reason = kept.Reason, ReceiveTime = kept.ReceiveTime.ToTimestamp() },
                }, cancellationToken);
            }

            before = last.Id;
        }
    }
}
