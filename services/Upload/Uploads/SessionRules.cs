using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Uploads;

/// <summary>What a session's state allows.</summary>
internal static class SessionRules
{
    /// <summary>The state that callers see. One that is closing again, to be cleaned once more, was closed before.</summary>
    public static UploadState Visible(UploadSession session) => session switch
    {
        { ClosedAt: not null, CloseAs: CloseOutcome.Expired } => UploadState.Expired,
        { ClosedAt: not null, CloseAs: CloseOutcome.Aborted } => UploadState.Aborted,
        _ => Visible(session.State),
    };

    /// <summary>The state that callers see: a session is pending until nothing of its end is left to do.</summary>
    public static UploadState Visible(SessionState state) => state switch
    {
        SessionState.Completed => UploadState.Completed,
        SessionState.Aborted => UploadState.Aborted,
        SessionState.Expired => UploadState.Expired,
        _ => UploadState.Pending,
    };

    /// <summary>The states behind the one that callers see. An opening session is not seen at all.</summary>
    public static IReadOnlyList<SessionState> Behind(UploadState state) => state switch
    {
        UploadState.Unspecified => [.. Enum.GetValues<SessionState>().Where(known => known is not SessionState.Opening)],
        _ => [.. Enum.GetValues<SessionState>().Where(known => known is not SessionState.Opening && Visible(known) == state)],
    };

    /// <summary>Why bytes can no longer be sent or checked; null while they can.</summary>
    public static ErrorReason? Refusal(UploadSession session, DateTimeOffset now) => session.State switch
    {
        SessionState.Pending => session.Deadline > now ? null : ErrorReason.UploadExpired,
        SessionState.Expired => ErrorReason.UploadExpired,
        SessionState.Closing when session.CloseAs is CloseOutcome.Expired => ErrorReason.UploadExpired,
        _ => ErrorReason.InvalidState,
    };

    /// <summary>Passes while bytes can be sent and checked.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION <c>INVALID_STATE</c> or <c>UPLOAD_EXPIRED</c>.</exception>
    public static void RequirePending(UploadSession session, DateTimeOffset now)
    {
        if (Refusal(session, now) is { } reason)
        {
            throw Refused(reason, session);
        }
    }

    /// <summary>The error for a state that does not allow the change; its metadata has the state.</summary>
    public static RpcException InvalidState(UploadSession session) => Refused(ErrorReason.InvalidState, session);

    private static RpcException Refused(ErrorReason reason, UploadSession session) => reason is ErrorReason.InvalidState
        ? RpcErrors.Of(reason, retryAfter: null, ("state", NameOf(session)), (RpcErrors.Detail, $"it is {NameOf(session)}"))
        : RpcErrors.Of(reason, retryAfter: null, ("state", NameOf(session)));

    // Closing is not over yet, and yet what the caller must know is how it will be.
    private static string NameOf(UploadSession session) => session.State switch
    {
        SessionState.Closing when session.CloseAs is CloseOutcome.Expired => "EXPIRED",
        SessionState.Closing => "ABORTED",
        _ => Visible(session).ToString().ToUpperInvariant(),
    };
}
