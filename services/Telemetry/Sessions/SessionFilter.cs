using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>Which sessions a list shows: all that fit every condition that is stated.</summary>
/// <param name="TitleId">The title; null for all.</param>
/// <param name="Viewer">The viewer; empty for all.</param>
/// <param name="State">The state; not stated for all.</param>
/// <param name="From">Sessions with this id or a later one.</param>
/// <param name="Before">Sessions with an earlier id: the end of the time asked for, or the last one of the page before.</param>
/// <param name="PageSize">How many at most.</param>
internal sealed record SessionFilter(Guid? TitleId, string Viewer, SessionState State, Guid? From, Guid? Before, int PageSize)
{
    private const int MaxViewerLength = 256;

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT for a malformed filter or page token.</exception>
    public static SessionFilter Read(ListSessionsRequest request)
    {
        var check = new RequestCheck();
        var from = check.Time("from", request.From);
        var until = check.Time("until", request.Until);
        check.Require(from is null || until is null || from < until, "until", "must be after from");
        var filter = new SessionFilter(
            check.OptionalId("title_id", request.TitleId),
            check.Opaque("viewer", request.Viewer, MaxViewerLength),
            check.KnownOrUnspecified("state", request.State),
            from is null ? null : SessionIds.FirstAt(from.Value),
            until is null ? null : SessionIds.FirstAt(until.Value),
            PageToken.Size(check, request.PageSize));
        check.ThrowIfInvalid();
        if (PageToken.Read(request, request.PageToken, cursorLength: 1) is not [var cursor])
        {
            return filter;
        }

        return Guid.TryParseExact(cursor, "D", out var last) ? filter with { Before = last } : throw RpcErrors.Of(ErrorReason.InvalidPageToken);
    }
}
