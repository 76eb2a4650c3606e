using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Rejected;

/// <summary>Shows administrators the events that were rejected, and tries them again.</summary>
internal sealed class RejectedEventDesk(RejectedEventStore store, RejectedEventReplay replay)
{
    private const int MaxReplayed = 1_000;
    private const int MaxReasonLength = 64;

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT for a malformed filter or page token.</exception>
    public async Task<ListRejectedEventsResponse> ListAsync(ListRejectedEventsRequest request, CancellationToken cancellationToken)
    {
        var check = new RequestCheck();
        var sessionId = check.OptionalId("session_id", request.SessionId);
        var reason = check.Opaque("reason", request.Reason, MaxReasonLength);
        var size = PageToken.Size(check, request.PageSize);
        check.ThrowIfInvalid();
        var before = ReadCursor(request);

        // One more than asked for tells whether there is a next page.
        var found = await store.ListAsync(sessionId, reason, before, size + 1, cancellationToken);
        var page = found.Take(size).ToList();
        return new ListRejectedEventsResponse
        {
            Events = { page.Select(kept => kept.ToMessage()) },
            NextPageToken = found.Count > page.Count ? PageToken.Next(request, page[^1].Id.ToString()) : "",
        };
    }

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT per field.</exception>
    public async Task<ReplayRejectedEventsResponse> ReplayAsync(ReplayRejectedEventsRequest request, CancellationToken cancellationToken)
    {
        var check = new RequestCheck();
        check.Require(request.RejectedEventIds.Count is >= 1 and <= MaxReplayed, "rejected_event_ids", "must be 1 to 1,000");
        var ids = request.RejectedEventIds.Select((id, i) => check.Id($"rejected_event_ids[{i}]", id)).ToArray();
        check.ThrowIfInvalid();

        var (accepted, rejected) = await replay.RunAsync(await store.FindAsync(ids, cancellationToken), cancellationToken);
        return new ReplayRejectedEventsResponse { AcceptedCount = accepted, RejectedCount = rejected };
    }

    private static Guid? ReadCursor(ListRejectedEventsRequest request)
    {
        if (PageToken.Read(request, request.PageToken, cursorLength: 1) is not [var cursor])
        {
            return null;
        }

        return Guid.TryParseExact(cursor, "D", out var before) ? before : throw RpcErrors.Of(ErrorReason.InvalidPageToken);
    }
}
