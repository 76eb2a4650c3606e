using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Multipart;

/// <summary>A session as it is stored, and whether storage takes its parts.</summary>
/// <param name="Session">The session; null when there is none.</param>
/// <param name="IsKnownToStorage">Whether storage has its multipart upload.</param>
internal readonly record struct MultipartSession(UploadSession? Session, bool IsKnownToStorage);

/// <summary>Makes sure that storage still takes the parts of a session, before URLs for them are signed.</summary>
internal sealed class StorageUploads(UploadStore store, IObjectStore objects, UploadRestarter restarter)
{
    private readonly SharedQuestions<Guid, MultipartSession> _questions = new(id => FindAsync(store, objects, id));

    /// <summary>The session, as it is after this call began.</summary>
    /// <exception cref="RpcException">NOT_FOUND <c>UPLOAD_NOT_FOUND</c>, FAILED_PRECONDITION <c>INVALID_STATE</c> when it is not sent in parts.</exception>
    public async Task<MultipartSession> RequireAsync(Guid uploadId, CancellationToken cancellationToken)
    {
        var found = await _questions.AskAsync(uploadId, cancellationToken);
        return found.Session is not { } session ? throw RpcErrors.Of(ErrorReason.UploadNotFound)
            : session.IsMultipart ? found
            : throw SessionRules.InvalidState(session);
    }

    /// <summary>The pending session with a multipart upload that storage knows: a fresh one, if it has dropped the old.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION <c>INVALID_STATE</c> when the parts are joined, or as <see cref="SessionRules"/> says.</exception>
    public async Task<UploadSession> RequirePendingAsync(MultipartSession found, DateTimeOffset now, CancellationToken cancellationToken)
    {
        SessionRules.RequirePending(found.Session!, now);
        if (found.IsKnownToStorage)
        {
            return found.Session!;
        }

        var recovered = await restarter.RecoverAsync(found.Session!, cancellationToken);
        SessionRules.RequirePending(recovered.Session, now);
        return recovered.IsJoined
            ? throw RpcErrors.Of(ErrorReason.InvalidState, retryAfter: null, ("state", "PENDING"), (RpcErrors.Detail, "its parts are joined; complete it"))
            : recovered.Session;
    }

    private static async Task<MultipartSession> FindAsync(UploadStore store, IObjectStore objects, Guid id)
    {
        var session = await store.FindAsync(id, CancellationToken.None);
        var isKnown = session is { StorageUploadId: { } storageId, State: SessionState.Pending }
            && await objects.IsMultipartPendingAsync(session.Key, storageId, CancellationToken.None);
        return new(session, isKnown);
    }
}
